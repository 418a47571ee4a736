"""Which memories a text shows."""

from __future__ import annotations

import pytest

from memview.kernel.shown import Shown

LONG = "The boat house on the north shore has nine oars, two of them cracked since the storm of March, and a leak."


def shown() -> Shown:
    looked_for = Shown()
    looked_for.add(3, "M-3", LONG)
    looked_for.add(5, "M-5", "Ana likes green tea")
    looked_for.add(7, "M-7", "kiwi")
    return looked_for


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("", (), []),
        ("nothing of it", ("M-5", "M-9"), [5]),
        (f'Showing 1 of 1 results (page 0/0): ["timestamp: 2026-01-01, memory: {LONG}"]', (), [3]),
        ("it says: ANA likes\n green  tea!", (), [5]),
        ("has nine oars, two of them cracked since the storm of March, and", (), [3]),
        ("the boat house on the north", (), []),
        ("kiwi", (), []),
        (f"{LONG} Ana likes green tea", ("M-7",), [3, 5, 7]),
    ],
)
def test_a_memory_is_known_by_its_id_or_by_words_in_a_row(text: str, names: tuple[str, ...], found: list[int]) -> None:
    assert shown().find(text, names) == found


def test_texts_of_a_megabyte_are_looked_at_as_far_as_anybody_reads() -> None:
    looked_for = Shown()
    looked_for.add(0, "M-0", " ".join(map(str, range(200_000))))
    assert looked_for.find(" ".join(map(str, range(100, 200))), ()) == [0]
    assert looked_for.find("z " * 500_000, ()) == []
