"""The map of tiers agrees with what the replay says of every item, wherever it is moved from; the page table too."""

from __future__ import annotations

from unittest import mock

from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Case, cases

from memview.model import Budgets, Memory, Session, Turn
from memview.model.session import Approval, Arrival
from memview.policies import load_policy
from memview.replay import Replay, Workload, tier_map
from memview.replay.governance import REFUSED, WAITING, withheld_at
from memview.replay.page_table import PageTable
from memview.replay.tier_map import IN_PROMPT, MOVES, TIER_CODE, TIERS, TierMap

HOMES = ("archive", "recall", "shared")


def map_of(replay: Replay) -> TierMap:
    found = TierMap(replay)
    found.extend(found.gather())
    return found


def expected(replay: Replay, found: TierMap, turn: int) -> list[str]:
    held = {entry.memory_id for entry in withheld_at(replay, turn) if entry.state in (WAITING, REFUSED)}
    tiers = []
    for cell in range(len(found)):
        place = replay.place_of(found.id_of(cell), turn) or "unseen"
        tiers.append("quarantined" if place in HOMES and found.id_of(cell) in held else place)
    return tiers


def names(found: TierMap) -> list[str]:
    return [TIERS[code] for code in found.tiers]


@given(cases(most_turns=5), st.data())
def test_every_item_is_where_the_replay_has_it_wherever_one_comes_from(case: Case, data: st.DataObject) -> None:
    replay = case.replay()
    with mock.patch.object(tier_map, "_FAR", data.draw(st.sampled_from([0, 3, 4096]))):
        found = map_of(replay)
        assert sorted(map(found.id_of, range(len(found)))) == sorted(replay.item_ids())
        for turn in data.draw(st.lists(st.integers(0, replay.turn_count), min_size=1, max_size=8)):
            before = list(found.tiers)
            changed = found.move_to(turn, replay.event_span(turn).stop)
            assert names(found) == expected(replay, found, turn)
            assert changed == [cell for cell, (a, b) in enumerate(zip(before, found.tiers, strict=True)) if a != b]


@given(cases(most_turns=4), st.data())
def test_inside_a_turn_the_sections_are_those_of_the_frame_and_back_is_as_forward(
    case: Case, data: st.DataObject
) -> None:
    replay = case.replay()
    assume(len(replay.events))
    walked, jumped = map_of(replay), map_of(replay)
    seqs = data.draw(st.lists(st.integers(0, len(replay.events) - 1), min_size=1, max_size=6))
    for seq in seqs:
        turn = replay.turn_of(seq)
        walked.move_to(turn, seq + 1)
        with mock.patch.object(tier_map, "_FAR", -1):
            jumped.move_to(turn, seq + 1)
        assert walked.tiers == jumped.tiers
        frame = replay.frame_at(seq)
        for name in ("core", "summary", "retrieved", "window"):
            there = {walked.id_of(cell) for cell, code in enumerate(walked.tiers) if code == TIER_CODE[name]}
            assert there <= set(getattr(frame, name)), name
        prompt = {*frame.core, *frame.summary, *frame.retrieved, *frame.window}
        assert {walked.id_of(cell) for cell, code in enumerate(walked.tiers) if code in IN_PROMPT} == prompt
        assert walked.moves() == jumped.moves()


@given(cases(most_turns=5), st.data())
def test_a_map_that_grows_with_the_replay_ends_as_one_that_is_made_at_the_end(case: Case, data: st.DataObject) -> None:
    replay = case.begun()
    grown = map_of(replay)
    while not replay.is_complete:
        replay.advance(data.draw(st.integers(1, 3)))
        grown.extend(grown.gather())
        turn = data.draw(st.integers(0, grown.computed))
        grown.move_to(turn, replay.event_span(turn).stop)
        assert names(grown) == expected(replay, grown, turn)
    whole = map_of(replay)
    assert grown.numbers == whole.numbers
    assert grown.memories == whole.memories
    assert grown.is_complete


@given(cases(most_turns=5))
def test_the_page_table_has_the_core_in_order_and_behind_it_only_pages_that_were_there(case: Case) -> None:
    replay = case.replay()
    table = PageTable(replay)
    table.extend(table.gather())
    for turn in range(replay.turn_count + 1):
        events = replay.event_span(turn).stop
        rows = table.rows(replay.context_after(events), turn, events, 100)
        present = [row for row in rows if row.is_present]
        assert rows[: len(present)] == present
        slots = replay.core_slots(turn)
        assert [(row.memory_id, row.uses, row.last_used, row.is_next_victim, row.pinned) for row in present] == [
            (slot.memory_id, slot.uses, slot.last_used_turn, slot.is_next_victim, slot.pinned) for slot in slots
        ]
        assert [row.slot for row in present] == list(range(1, len(slots) + 1))
        were = {name for earlier in range(turn + 1) for name in replay.frame(earlier).core}
        out = rows[len(present) :]
        assert were - set(replay.frame(turn).core) <= {row.memory_id for row in out}
        for row in out:
            assert row.memory_id not in replay.frame(turn).core
            assert row.left is not None
            assert row.last_used <= row.left <= turn
            assert row.uses >= 1
            assert row.faulted is None or row.faulted >= row.left


def paging_replay() -> Replay:
    """A core for two of three memories, and questions that need one after the other."""
    memories = [
        Memory(f"M-{number}", f"the {word} is in the {word} drawer", tokens=10, importance=0.9)
        for number, word in enumerate(("violin", "ticket", "kiwi"))
    ]
    turns = [Turn(f"t-{number}", "user", f"where is the {word}") for number, word in
             enumerate(("violin", "ticket", "kiwi", "violin"), 1)]  # fmt: skip
    session = Session(
        session_id="paging",
        budgets=Budgets(window=2000, core=20, retrieval=200, reserve=100),
        arrivals=tuple(Arrival(0, memory) for memory in memories),
        turns=tuple(turns),
    )
    return Replay(Workload(session), load_policy("lru")).run()


def test_what_moved_in_a_turn_is_told_cell_by_cell() -> None:
    replay = paging_replay()
    found = map_of(replay)
    told = []
    for turn in range(5):
        found.move_to(turn, replay.event_span(turn).stop)
        told.append({found.id_of(cell): MOVES[move] for cell, move in found.moves().items()})
    assert told[0] == {}
    assert told[1] == {"t-1": "new", "M-0": "in"}
    assert told[3]["M-0"] == "out"
    assert told[3]["M-2"] == "in"
    table = PageTable(replay)
    table.extend(table.gather())
    rows = table.rows(found.context, 4, replay.event_span(4).stop, 10)
    assert [(row.memory_id, row.is_present, row.left) for row in rows] == [
        ("M-2", True, None), ("M-0", True, None), ("M-1", False, 4),
    ]  # fmt: skip
    assert rows[2].as_dict()["evicted_turn"] == 4


def test_a_fault_is_lit_until_the_page_is_in() -> None:
    replay = paging_replay()
    found = map_of(replay)
    cell = found.cell_of("M-0")
    assert cell is not None
    lit = []
    for seq in replay.event_span(1):
        found.move_to(1, seq + 1)
        lit.append(MOVES[found.moves().get(cell, 0)])
    assert [word for place, word in enumerate(lit) if place == 0 or lit[place - 1] != word] == ["", "fault", "in"]


def test_a_quarantined_memory_is_one_until_it_is_approved() -> None:
    memory = Memory("M-0", "the violin is in the violin drawer", tokens=10, quarantined=True)
    session = Session(
        session_id="held",
        budgets=Budgets(window=2000, core=20, retrieval=200, reserve=100),
        arrivals=(Arrival(0, memory),),
        turns=tuple(Turn(f"t-{number}", "user", "tell me a joke") for number in (1, 2, 3)),
        approvals=(Approval(2, "M-0"),),
    )
    replay = Replay(Workload(session), load_policy("lru")).run()
    found = map_of(replay)
    cell = found.cell_of("M-0")
    assert cell is not None
    told = []
    for turn in (0, 1, 2, 3, 1):
        found.move_to(turn, replay.event_span(turn).stop)
        told.append(TIERS[found.tiers[cell]])
    assert told == ["quarantined", "quarantined", "archive", "archive", "quarantined"]
    assert found.cell_of("M-unknown") is None
