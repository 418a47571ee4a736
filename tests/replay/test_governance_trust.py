"""Trust by lineage, validity at a turn, and the event that ended a memory."""

from __future__ import annotations

import pytest

from memview.model import Memory, Session, Turn
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.replay.governance_trust import (
    ENDED,
    ENDS,
    NOT_YET,
    Lineage,
    Validity,
    ended_by,
    lineage_of,
    time_of_turn,
    validity_at,
)


def replayed(*memories: Memory, turns: tuple[Turn, ...] = (Turn("t-1", "user", "figs"),)) -> Replay:
    arrivals = tuple(Arrival(0, memory) for memory in memories)
    return Replay(Workload(Session("s", arrivals=arrivals, turns=turns)), load_policy("lru")).run()


def test_the_least_class_of_the_lineage_decides_and_the_way_to_it_is_told() -> None:
    replay = replayed(
        Memory("PAGE", "a page", trust="document"),
        Memory("TOOL", "a result", trust="tool_external"),
        Memory("NOTE", "a note", trust="model", derived_from=("TOOL", "PAGE")),
        Memory("SUM", "a summary", trust="user", derived_from=("NOTE",)),
    )
    assert lineage_of(replay, "SUM") == Lineage("document", ("NOTE", "PAGE"))
    assert lineage_of(replay, "TOOL") == Lineage("tool_external")
    for name in ("PAGE", "TOOL", "NOTE", "SUM"):
        item = replay.workload.items.find(name)
        assert item is not None
        untrusted = lineage_of(replay, name).trust in ("document", "tool_external")
        assert replay.workload.items.is_untrusted(item) is untrusted


def test_cycles_missing_sources_and_long_chains_end() -> None:
    chain = [Memory("C-0", "x", trust="document")]
    chain += [Memory(f"C-{n}", "x", derived_from=(f"C-{n - 1}",)) for n in range(1, 400)]
    replay = replayed(Memory("A", "a", derived_from=("B", "A", "gone")), Memory("B", "b", derived_from=("A",)), *chain)
    assert lineage_of(replay, "A") == Lineage("user")
    assert len(lineage_of(replay, "C-399").path) == 399
    with pytest.raises(KeyError):
        lineage_of(replay, "gone")


def test_a_lattice_of_sources_is_walked_once() -> None:
    rows = [Memory(f"{row}-{col}", "x", derived_from=tuple(f"{row - 1}-{each}" for each in range(4)))
            for row in range(60) for col in range(4)]  # fmt: skip
    assert lineage_of(replayed(*rows), "59-0").trust == "user"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, Validity(ENDS, "2026-03-01")),
        ("2026-01-01T00:00:00Z", Validity(NOT_YET, "2026-02-01")),
        ("2026-02-10T00:00:00Z", Validity(ENDS, "2026-03-01")),
        ("2026-03-01T00:00:00Z", Validity(ENDED, "2026-03-01")),
    ],
)
def test_validity_goes_by_the_recorded_time(at: str | None, expected: Validity) -> None:
    memory = Memory("M", "x", valid_from="2026-02-01", valid_until="2026-03-01")
    assert validity_at(memory, at) == expected
    assert validity_at(Memory("M", "x"), at) is None


def test_what_a_newer_memory_replaces_has_ended_from_that_turn_on() -> None:
    newer = Memory("NEW", "figs are blue", supersedes="OLD")
    turns = (
        Turn("t-1", "user", "figs", at="2026-01-01T00:00:00Z"), Turn("t-2", "user", "blue", remember=(newer,)),
        Turn("t-3", "user", "and?"),
    )  # fmt: skip
    replay = replayed(Memory("OLD", "figs are green"), turns=turns)
    assert [ended_by(replay, "OLD", turn) for turn in (0, 1)] == [None, None]
    assert ended_by(replay, "OLD", 3) == (2, "superseded by NEW")
    assert ended_by(replay, "NEW", 3) is None
    assert [time_of_turn(replay, turn) for turn in (0, 1, 2)] == [None, "2026-01-01T00:00:00Z", None]
