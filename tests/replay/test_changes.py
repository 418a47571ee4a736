"""What changes make of a session and a policy, and that what refers to the dropped is mended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from building import memory, session, turn
from hypothesis import given, settings
from strategies import sessions

from memview.kernel.workload import Workload
from memview.model.block import Block
from memview.model.memory import Memory
from memview.model.session import Approval, Arrival, PinChange, Probe, Session, ToolCall
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.budgets import BudgetOverrides
from memview.replay.changes import (
    Change,
    ChangeError,
    DropMemory,
    DropTurn,
    EditMemory,
    EditTurn,
    Pin,
    SetBudgets,
    SetParameter,
    Unpin,
    arrival_turn,
    fork_turn,
    words_of,
)
from memview.replay.changes_policy import parameters_of, parse_parameter
from memview.replay.fork import fork_replay, with_changes
from memview.replay.governance import Decision

LRU = load_policy("lru")


def story(**fields: object) -> Session:
    """Three turns; the second one writes `new`, which supersedes `old` and derives from `web`."""
    new = memory("new", "two kiwis", supersedes="old", derived_from=("web", "old"), trust="user")
    loaded = (memory("old", supersedes="older"), memory("web", trust="document"), memory("older"))
    turns = (turn(1, used=("old", "web")), turn(2, remember=(new,)), turn(3, used=("new",)))
    probes = (Probe("q1", 3, "kiwi?", ("old", "web")), Probe("q2", 3, "how many?", ("new",)))
    return session(*turns, loaded=(loaded[2], *loaded[:2]), probes=probes, **fields)


def changed(*changes: Change, **fields: object) -> tuple[Session, tuple[str, ...]]:
    forked = with_changes(story(**fields), LRU, changes=changes)
    return forked.session, forked.notes


def memory_of(recorded: Session, name: str) -> Memory:
    found = [arrival.memory for arrival in recorded.arrivals] + [each for t in recorded.turns for each in t.remember]
    return next(each for each in found if each.memory_id == name)


def test_without_a_change_everything_is_the_very_same_object() -> None:
    recorded, budgets = story(), BudgetOverrides(core=50)
    forked = with_changes(recorded, LRU, budgets)
    assert (forked.session, forked.spec, forked.budgets, forked.notes) == (recorded, LRU, budgets, ())
    assert forked.session is recorded


@settings(max_examples=15)
@given(sessions())
def test_a_fork_without_a_change_has_the_digest_of_the_recording(recorded: Session) -> None:
    workload = Workload(recorded)
    assert fork_replay(workload, LRU).run().digest == Replay(Workload(recorded), LRU).run().digest


def test_nothing_refers_to_a_dropped_memory_any_more() -> None:
    recorded, notes = changed(
        DropMemory("old"),
        approvals=(Approval(1, "old"), Approval(1, "web")),
        pins=(PinChange(0, "old"),),
    )
    assert "old" not in repr(recorded).replace("'older'", "")
    assert memory_of(recorded, "new").supersedes == "older"
    assert memory_of(recorded, "new").derived_from == ("web",)
    assert recorded.turns[0].used == ("web",)
    assert [probe.evidence for probe in recorded.probes] == [("web",), ("new",)]
    assert [approval.memory_id for approval in recorded.approvals] == ["web"]
    assert notes == (
        "new supersedes older instead of old",
        "new does not name old as a source any more and keeps its trust, user",
        "1 approval of old gone with it",
        "1 pin of old gone with it",
        "1 turn did not use old: 1",
        "old is no evidence of 1 probe (q1)",
    )


def test_what_derives_from_a_dropped_document_is_no_more_trusted_than_it() -> None:
    recorded, _ = changed(DropMemory("web"))
    assert memory_of(recorded, "new").trust == "document"


def test_a_probe_without_evidence_is_told() -> None:
    assert "not scored any more: q2" in changed(DropMemory("new"))[1][-1]


def test_an_emptied_turn_keeps_its_number_and_takes_what_it_wrote_with_it() -> None:
    recorded, notes = changed(DropTurn(2))
    assert [each.turn_id for each in recorded.turns] == ["t1", "t2", "t3"]
    assert (recorded.turns[1].text, recorded.turns[1].remember, recorded.turns[2].used) == ("", (), ())
    assert notes[0] == "new, written in turn 2, is gone with it"


def test_the_call_that_wrote_a_memory_goes_and_changes_with_it() -> None:
    call = ToolCall("archival_memory_insert", {"content": " two kiwis "}, "None")
    other = ToolCall("archival_memory_search", {"query": "kiwi"})
    told = turn(1, tool_calls=(other, call), remember=(memory("new", "two kiwis"),))
    recorded = session(told, turn(2))
    dropped = with_changes(recorded, LRU, changes=[DropMemory("new")])
    assert dropped.session.turns[0].tool_calls == (other,)
    assert dropped.notes == ("turn 1: archival_memory_insert is gone with it",)
    edited = with_changes(recorded, LRU, changes=[EditMemory("new", text="three kiwis")])
    assert edited.session.turns[0].tool_calls[1].arguments == {"content": "three kiwis"}
    replayed = fork_replay(Workload(recorded), LRU, changes=[DropMemory("new")]).run()
    assert all("two kiwis" not in replayed.memory(each).text for each in replayed.item_ids())


def test_an_edited_memory_is_counted_anew() -> None:
    edited = memory_of(changed(EditMemory("web", text="a longer text about kiwis", importance=0.9))[0], "web")
    assert (edited.text, edited.importance, edited.tokens) == ("a longer text about kiwis", 0.9, None)
    assert memory_of(changed(EditMemory("web", importance=0.9))[0], "web").tokens == 10


def test_an_edited_turn_loses_what_was_counted_of_its_text() -> None:
    recorded = session(turn(1, response="yes", input_tokens=90, usage={"input_tokens": 90}))
    forked = with_changes(recorded, LRU, changes=[EditTurn(1, "plum?")])
    said = forked.session.turns[0]
    assert (said.text, said.tokens, said.input_tokens, said.usage, said.response) == ("plum?", None, None, None, "yes")
    assert forked.notes == ("turn 1: the recorded calls and reply stay as they are",)


def test_the_value_of_a_block_is_a_memory_as_well() -> None:
    recorded = session(turn(1), blocks=(Block("human", "Ann"), Block("persona", "kind")))
    forked = with_changes(recorded, LRU, changes=[EditMemory("block/human", text="Bob"), DropMemory("block/persona")])
    assert [block.value for block in forked.session.blocks] == ["Bob", ""]


def test_pins_come_in_time_order() -> None:
    recorded, _ = changed(Pin("web", 2), Unpin("web", 3), Pin("old", 0), Decision("web", 1))
    assert [(pin.after_turn, pin.memory_id, pin.pinned) for pin in recorded.pins] == [
        (0, "old", True), (2, "web", True), (3, "web", False),
    ]  # fmt: skip
    assert recorded.approvals[0].memory_id == "web"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (DropMemory("nix"), "the session records no memory 'nix'"),
        (EditMemory("t1", text="x"), "t1 is a message or was made in its turn"),
        (Pin("new", 1), "new is written in turn 2"),
        (Pin("old", 4), "turn 4: the session has turns 0 to 3"),
        (EditTurn(0, "x"), "turn 0: the session has turns 1 to 3"),
        (DropTurn(9), "turn 9"),
        (EditMemory("old", importance=1.5), "importance 1.5: write a number from 0 to 1"),
        (EditMemory("old", tier="nowhere"), "tier 'nowhere': use one of core"),
        (SetParameter("topk", 3), "did you mean top_k?"),
        (SetParameter("top_k", 0), "policy.top_k"),
        (SetParameter("top_k", "many"), "policy.top_k"),
        (SetParameter("promote_if", "importance >"), "policy.promote_if"),
        (SetParameter("eviction", "nosuch"), "unknown algorithm"),
        (SetParameter("parameters.decay", 1.0), "lru@1 has no parameter 'parameters.decay'"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_in_one_line(change: Change, message: str) -> None:
    with pytest.raises(ChangeError) as told:
        changed(change)
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_a_changed_policy_has_a_version_of_its_own_and_other_budgets_none() -> None:
    forked = with_changes(story(), LRU, changes=[SetParameter("top_k", 3), SetParameter("readahead", 1)])
    assert (forked.spec.label, forked.spec.top_k, forked.spec.readahead) == ("lru@1-what-if", 3, 1)
    forked = with_changes(story(), LRU, BudgetOverrides(core=50), [SetBudgets(window=900)])
    assert (forked.spec, forked.budgets) == (LRU, BudgetOverrides(50, 900))
    assert (forked.policy.core_budget_tokens, forked.policy.window_budget_tokens) == (50, 900)


def test_other_budgets_are_those_of_the_command_line() -> None:
    workload = Workload(story())
    forked = fork_replay(workload, LRU, changes=[SetBudgets(core=20)]).run()
    assert forked.digest == Replay(workload, LRU, 20).run().digest


def test_parameters_are_read_as_what_they_are() -> None:
    policy = load_policy("importance-recency")
    assert parse_parameter(policy, "parameters.half_life", "4").value == 4
    assert parse_parameter(policy, "top_k", " 5 ").value == 5
    assert parse_parameter(policy, "core_slots", "").value is None
    assert parse_parameter(policy, "promote_if", "rank <= 1").value == "rank <= 1"
    with pytest.raises(ChangeError, match="write a number"):
        parse_parameter(policy, "top_k", "nan")


@pytest.mark.parametrize("name", ["lru", "arc", "letta@0.16.8", "consolidating", "adaptive", "belady"])
def test_every_parameter_can_be_set_to_what_it_is(name: str) -> None:
    policy = load_policy(name)
    for parameter in parameters_of(policy):
        forked = with_changes(story(), policy, changes=[SetParameter(parameter.path, parameter.value)])
        settled = replace(forked.spec, version=policy.version)
        assert all(each in parameters_of(settled) for each in parameters_of(policy) if each.is_own)


def test_another_eviction_takes_only_the_parameters_that_it_knows() -> None:
    policy = load_policy("lru-k")
    forked = with_changes(story(), policy, changes=[SetParameter("eviction", "LRU")])
    assert (forked.spec.eviction, dict(forked.spec.parameters)) == ("lru", {})


def test_the_fork_turn_is_the_first_that_can_differ() -> None:
    recorded = story()
    assert fork_turn(recorded, LRU, []) is None
    assert fork_turn(recorded, LRU, [Pin("web", 2), EditTurn(3, "x")]) == 2
    assert fork_turn(recorded, LRU, [DropMemory("new")]) == arrival_turn(recorded, "new") == 2
    assert fork_turn(recorded, LRU, [SetBudgets(core=3)]) == 0
    assert fork_turn(recorded, load_policy("belady"), [Pin("web", 2)]) == 0


def test_every_change_has_words() -> None:
    every: list[Change] = [
        Decision("a", 1), Pin("a", 1), Unpin("a", 2), EditMemory("a", "x  y", 0.5, "core"), DropMemory("a"),
        EditTurn(3, "z" * 99), DropTurn(4), SetBudgets(800, None, 90), SetParameter("top_k", 4),
    ]  # fmt: skip
    assert words_of(every) == (
        'approved a at turn 1, pinned a at turn 1, unpinned a at turn 2, a with the text "x y", importance 0.5, '
        f'tier core, without a, turn 3 says "{"z" * 39}…", turn 4 emptied, core budget 800, retrieval budget 90, '
        "top_k = 4"
    )


def test_what_a_tool_wrote_can_be_pinned_and_refused_after_its_turn() -> None:
    call = ToolCall("archival_memory_insert", {"content": "two kiwis"}, "None")
    recorded = session(turn(1), turn(2, tool_calls=(call,)), turn(3), turn(4))
    replay = fork_replay(
        Workload(recorded), LRU, changes=[Pin("t2/archive-1", 2), Decision("t2/archive-1", 3, "refused")]
    )
    assert "t2/archive-1" in replay.run().frame(3).core
    assert "t2/archive-1" not in replay.frame(4).core
    with pytest.raises(ChangeError, match=r"written in turn 2"):
        with_changes(recorded, LRU, changes=[Pin("t2/archive-1", 1)])


def test_arrivals_between_turns_can_be_dropped() -> None:
    recorded = session(turn(1), turn(2), arrivals=(Arrival(1, memory("late")),))
    assert arrival_turn(recorded, "late") == 1
    assert with_changes(recorded, LRU, changes=[DropMemory("late")]).session.arrivals == ()
