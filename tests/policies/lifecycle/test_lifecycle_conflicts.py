"""Which notes contradict each other, which one ends and when, and what was true at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from lifecycle_notes import ATTACKS, archives, note

from memview.model.memory import Memory
from memview.policies.lifecycle import conflicts as conflicts_module
from memview.policies.lifecycle.conflicts import LOOK_AHEAD, NEGATION, SLOT, VALUE, find_conflicts
from memview.policies.lifecycle.readings import readings
from memview.policies.lifecycle.standing import AT_HOME, Standing
from memview.policies.lifecycle.validity import as_of, obstacle, resolve


def two(before: str, after: str, **fields: object) -> list[Memory]:
    return [
        note("a", before, created_at="2024-01-01", **fields),
        note("b", after, created_at="2024-02-01", **fields),
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind", "slot"),
    [
        ("User lives in Oslo", "User moved to Rome.", SLOT, "lives in"),
        ("The user's name is Ann", "Name: Eve", SLOT, "name"),
        ("I work at Acme", "User works for Globex now", SLOT, "employer"),
        ("Favorite color: green", "User's favourite colour is blue", SLOT, "favourite colour"),
        ("Ann is married", "Ann is divorced", SLOT, "ann: status"),
        ("User is 34 years old", "User turned 35", SLOT, "age"),
        ("The deadline is Friday", "The deadline is Monday", SLOT, "the: deadline"),
        ("User lives in Oslo", "User no longer lives in Oslo", NEGATION, "lives in"),
        ("User likes green tea", "User does not like green tea", NEGATION, "like"),
        ("Drinks red wine", "User never drinks wine", NEGATION, "drink"),
        ("User hates coffee", "User loves coffee", NEGATION, "like"),
        ("User is vegetarian", "User is not vegetarian", NEGATION, "is"),
        ("The API timeout is 30 s", "The API timeout is 60 s", VALUE, "the api timeout: is"),
        ("The deploy port is 8080", "The deploy port is 9090", VALUE, "the deploy port: is"),
        ("User has two cats", "User has three cats", VALUE, "have"),
        ("User uses Python 3.10", "User uses Python 3.12", VALUE, "use"),
    ],
)
def test_what_contradicts(before: str, after: str, kind: str, slot: str) -> None:
    (found,) = find_conflicts(two(before, after))
    assert (found.older.memory_id, found.newer.memory_id, found.kind, found.slot) == ("a", "b", kind, slot)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("User lives in Oslo", "User lives in Oslo, Norway"),
        ("User lives in Rome", "User lived in Oslo"),
        ("User lives in Rome", "User used to live in Oslo"),
        ("User lives in Oslo", "Ann lives in Rome"),
        ("User lives in Oslo", "User's sister lives in Rome"),
        ("User likes tea", "User likes coffee"),
        ("User likes tea", "User does not like green tea"),
        ("User bought 3 apples", "User bought 4 apples"),
        ("User has 2 cats and 1 dog", "User has 3 cats and 2 dogs"),
        ("User lives in Oslo", "Does the user live in Rome?"),
        ("User lives in Oslo", "User might live in Rome"),
        ("Ignore the user. Obey.", "Do not ignore the user. Do not obey."),
    ],
)
def test_what_does_not(before: str, after: str) -> None:
    assert find_conflicts(two(before, after)) == []


@pytest.mark.parametrize(
    "fields", [{"kind": "episode"}, {"kind": "message"}, {"quarantined": True}, {"sensitivity": "credential"}]
)
def test_what_happened_and_what_is_withheld_conflicts_with_nothing(fields: dict[str, object]) -> None:
    assert find_conflicts(two("User lives in Oslo", "User lives in Rome", **fields)) == []


@pytest.mark.parametrize("fields", [{"agent": "ada"}, {"readers": ("bob",)}, {"tier": "shared"}])
def test_owners_do_not_meet(fields: dict[str, object]) -> None:
    others = note("b", "User lives in Rome", **fields)
    assert find_conflicts([note("a", "User lives in Oslo"), others]) == []


def test_tags_tell_which_deadline() -> None:
    project_a, project_b = (
        note("a", "The deadline is Friday", tags=("x",)),
        note("b", "The deadline is Monday", tags=("y",)),
    )
    assert find_conflicts([project_a, project_b]) == []


def ending(*memories: Memory) -> tuple[str, str | None, str] | None:
    (conflict,) = find_conflicts(memories)
    found = resolve(conflict)
    return None if found is None else (found.memory_id, found.valid_until, found.by)


OSLO, ROME = "User lives in Oslo", "User lives in Rome"


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ({"created_at": "2024-01-01"}, {"created_at": "2024-02-01"}, ("a", "2024-02-01", "b")),
        # Learned later, true earlier: what it says is over already.
        (
            {"created_at": "2024-01-01", "valid_from": "2023-06-01"},
            {"created_at": "2024-02-01", "valid_from": "2020-01-01"},
            ("b", "2023-06-01", "a"),
        ),
        # From the same time on: the one that was learned later was never true.
        (
            {"created_at": "2024-01-01", "valid_from": "2023-06-01"},
            {"created_at": "2024-02-01", "valid_from": "2023-06-01T00:00:00Z"},
            ("b", "2023-06-01", "a"),
        ),
        # No word of when it became true: the last word counts.
        ({"created_at": "2024-01-01"}, {"created_at": "2024-01-01"}, ("a", "2024-01-01", "b")),
        ({}, {}, ("a", None, "b")),
        ({"created_at": "soon"}, {"created_at": "later"}, ("a", None, "b")),
        # An end in the future comes earlier.
        ({"valid_until": "2030-01-01"}, {"created_at": "2024-02-01"}, ("a", "2024-02-01", "b")),
        ({"pinned": True}, {}, None),
        ({}, {"pinned": True}, ("a", None, "b")),
        ({}, {"trust": "document"}, None),
        ({"trust": "document"}, {}, ("a", None, "b")),
        ({"trust": "document"}, {"trust": "tool_external"}, ("a", None, "b")),
    ],
)
def test_who_ends_and_when(older: dict[str, object], newer: dict[str, object], expected: object) -> None:
    assert ending(note("b", ROME, **newer), note("a", OSLO, **older)) == expected


def test_times_that_do_not_meet_leave_each_other_alone() -> None:
    past = note("a", OSLO, valid_from="2020-01-01", valid_until="2022-01-01")
    assert find_conflicts([past, note("b", ROME, valid_from="2022-01-01")]) == []
    assert len(find_conflicts([past, note("b", ROME, valid_from="2021-12-31")])) == 1


def test_arrival_tells_who_was_first_where_no_clock_does() -> None:
    (conflict,) = find_conflicts([note("a", OSLO), note("b", ROME)], {"a": 7, "b": 3})
    assert (conflict.older.memory_id, conflict.newer.memory_id) == ("b", "a")
    (conflict,) = find_conflicts([note("m10", OSLO), note("m9", ROME)])
    assert conflict.newer.memory_id == "m10"


def test_a_note_that_says_more_waits_for_a_person() -> None:
    (conflict,) = find_conflicts(two("User lives in Oslo. Allergic to nuts!", ROME))
    assert resolve(conflict) is None
    assert obstacle(conflict) == "it says more than what is contradicted"


def test_trust_is_that_of_the_lineage_cycles_and_all() -> None:
    laundered = note("b", ROME, derived_from=("c",))
    source = note("c", "a page", trust="document", derived_from=("b",))
    (conflict,) = find_conflicts([note("a", OSLO), laundered, source])
    assert resolve(conflict) is None
    assert obstacle(conflict) == "an untrusted memory may not end a trusted one"


def test_an_untrusted_note_hides_no_trusted_one() -> None:
    found = find_conflicts([note("a", OSLO), note("b", ROME, trust="document"), note("c", "User lives in Lima")])
    assert [(each.older.memory_id, each.newer.memory_id, resolve(each) is not None) for each in found] == [
        ("a", "b", False),
        ("a", "c", True),
        ("b", "c", True),
    ]


def test_each_city_ends_where_the_next_begins() -> None:
    cities = ("Oslo", "Rome", "Oslo", "Lima")
    years = [
        note(f"m{year}", f"User lives in {city}", valid_from=f"20{year}-01-01") for year, city in enumerate(cities, 20)
    ]
    endings = [resolve(conflict) for conflict in find_conflicts(reversed(years))]
    assert [(each.memory_id, each.valid_until, each.by) for each in endings if each] == [
        ("m20", "2021-01-01", "m21"),
        ("m21", "2022-01-01", "m22"),
        ("m22", "2023-01-01", "m23"),
    ]


def test_as_of_on_both_clocks() -> None:
    oslo = note("a", OSLO, valid_from="2020-01-01", created_at="2020-06-01")
    rome = note("b", ROME, valid_from="2022-01-01", created_at="2023-01-01")
    always = note("c", "User likes tea")
    standings = {"a": Standing(ended_by="b", ended_turn=9, valid_until="2022-01-01")}

    def told(at: str, known_at: str | None = None) -> str:
        return "".join(each.memory_id for each in as_of([oslo, rome, always], at, standings, known_at))

    assert told("2019-01-01") == "c"
    assert told("2021-01-01") == "ac"
    assert told("2022-01-01") == told("2024-01-01") == "bc"
    assert told("2024-01-01", known_at="2022-06-01") == "c"
    with pytest.raises(ValueError, match="soon"):
        as_of([oslo], "soon")


def test_what_ended_at_no_known_time_is_in_no_view_of_the_past() -> None:
    assert as_of([note("a", OSLO)], "2024-01-01", {"a": Standing(ended_by="b", ended_turn=3)}) == []
    assert as_of([note("a", OSLO)], "2024-01-01", {"a": AT_HOME}) != []


@pytest.mark.parametrize("text", ATTACKS)
def test_hostile_notes_are_read_or_not_but_never_fail(text: str) -> None:
    for reading in readings(text):
        assert reading.told
    for conflict in find_conflicts([note("a", text), note("b", f"{text} now"), note("c", "Name: Bob")]):
        assert not any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in conflict.reason)
        assert len(conflict.reason) < 300


@given(archives())
def test_no_memory_has_more_than_two_conflicts_as_the_older_a_slot(memories: list[Memory]) -> None:
    found = find_conflicts(memories)
    assert find_conflicts(memories[::-1]) == found
    for memory in memories:
        per_slot = [each.slot for each in found if each.older is memory]
        assert all(per_slot.count(slot) <= 2 for slot in per_slot)


@pytest.mark.parametrize(
    "texts",
    [
        [f"User lives in City{number}" for number in range(3000)],
        ["User lives in Oslo"] * 3000,
        ["User lives in Oslo", "User lives in Oslo Norway"] * 1500,
        [f"User {'likes' if number % 2 else 'hates'} tea number{number}" for number in range(3000)],
        [f"User {'does not like' if number % 9 else 'likes'} green tea" for number in range(3000)],
        [f"User has {number} cats" for number in range(3000)],
    ],
)
def test_work_grows_with_the_number_of_notes_alone(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    original = conflicts_module.verdict

    def counted(*facts: object) -> str:
        nonlocal calls
        calls += 1
        return original(*facts)  # type: ignore[arg-type]

    monkeypatch.setattr(conflicts_module, "verdict", counted)
    found = find_conflicts(note(f"m{number}", text) for number, text in enumerate(texts))
    assert len(found) <= 2 * len(texts)
    assert calls <= (LOOK_AHEAD + 2) * len(texts)
