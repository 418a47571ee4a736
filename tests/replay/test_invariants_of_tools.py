"""Invariants of memory tools and blocks, over random hostile sessions, all policies, random budgets."""

from __future__ import annotations

from bookkeeping import UNTRUSTED, guarded_ids
from hypothesis import given
from strategies import MEMORY_TOOLS, Case, cases

from memview.kernel.memory_tools.calls import is_memory_tool
from memview.replay import Replay


def gone_by_turn(replay: Replay) -> list[set[str]]:
    """For each turn, what events have said to be replaced by then."""
    gone: set[str] = set()
    by_turn = []
    for turn in range(replay.turn_count + 1):
        for seq in replay.event_span(turn):
            event = replay.events[seq]
            refused = event.reason == "refused by a person"
            if (refused or event.action in ("update", "invalidate")) and event.memory_id is not None:
                gone.add(event.memory_id)
        by_turn.append(set(gone))
    return by_turn


@given(cases())
def test_a_block_says_what_its_memories_say_and_no_more(case: Case) -> None:
    replay = case.replay()
    guarded = guarded_ids(case.session)
    for turn, gone in enumerate(gone_by_turn(replay)):
        for block in replay.blocks(turn):
            assert block.value == "\n".join(replay.memory(name).text for name in block.memory_ids)
            assert block.chars == len(block.value)
            assert len(set(block.memory_ids)) == len(block.memory_ids)
            for name in block.memory_ids:
                assert name not in gone | guarded
                assert replay.memory(name).trust not in UNTRUSTED
                assert replay.custody_of(name, turn) != "unseen"


@given(cases())
def test_every_good_core_memory_of_a_section_is_in_its_block(case: Case) -> None:
    replay = case.replay()
    inserted: set[str] = set()
    guarded = guarded_ids(case.session)
    for turn, gone in enumerate(gone_by_turn(replay)):
        events = [replay.events[seq] for seq in replay.event_span(turn)]
        inserted |= {str(event.memory_id) for event in events if event.action == "insert"}
        for block in replay.blocks(turn):
            items = replay.workload.items
            for name in inserted - gone - guarded:
                memory, item = replay.memory(name), items.find(name)
                if memory.tier != "core" or memory.section != block.label or item is None or items.guarded[item]:
                    continue
                assert name in block.memory_ids or items.is_untrusted(item)


@given(cases(), cases())
def test_blocks_do_not_depend_on_the_policy(case: Case, other: Case) -> None:
    mine, theirs = case.replay(), Case(case.session, other.spec, other.seed).replay()
    for turn in range(mine.turn_count + 1):
        assert mine.blocks(turn) == theirs.blocks(turn)


@given(cases())
def test_every_call_of_a_memory_tool_has_an_outcome_and_every_refusal_an_event(case: Case) -> None:
    replay = case.replay()
    limit = case.session.tool_limits.result_chars
    for number, turn in enumerate(case.session.turns, start=1):
        called = [place for place, call in enumerate(turn.tool_calls, start=1) if is_memory_tool(call.tool)]
        outcomes = replay.tool_calls(number)
        assert [outcome.place for outcome in outcomes] == called
        events = [replay.events[seq] for seq in replay.event_span(number)]
        assert sum(event.action == "tool" for event in events) == len(turn.tool_calls)
        refused = [outcome for outcome in outcomes if outcome.error is not None]
        assert sum(event.action == "error" for event in events) == len(refused)
        for outcome in outcomes:
            assert len(outcome.result) <= limit + 120
            assert (outcome.agrees is None) == (outcome.recorded is None)
            assert (outcome.agrees is False) == bool(outcome.difference)
            assert outcome.tool in MEMORY_TOOLS or outcome.error is not None
            for name in outcome.memory_ids:
                assert replay.memory(name)


@given(cases())
def test_what_was_said_is_found_again_unless_it_is_lost(case: Case) -> None:
    replay = case.replay()
    after = replay.turn_count + 1
    for number, turn in enumerate(case.session.turns, start=1):
        if turn.role != "user":
            continue
        found: list[str] = []
        last = replay.conversation_search(turn.text, after).last
        for page in range(last + 1):
            found += replay.conversation_search(turn.text, after, page).memory_ids
        assert len(found) == replay.conversation_search(turn.text, after).total
        assert (turn.turn_id in found) == (replay.custody_of(turn.turn_id, replay.turn_count) != "lost") or (
            # A message that left the window for nowhere may still be stood for by a summary.
            replay.custody_of(turn.turn_id, replay.turn_count) == "covered"
        )
        assert number <= replay.turn_count
