"""The invariants of the house, over random hostile sessions, all policies, random budgets."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

from bookkeeping import (
    SECTIONS,
    Books,
    all_made,
    books_by_turn,
    guarded_ids,
    lineage_of,
    made_by_the_policy,
    quarantined_ids,
    untrusted_ids,
)
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, cases

from memview.kernel.workload import Workload
from memview.model.frame import Frame
from memview.replay import Replay, frames


def frames_of(replay: Replay) -> list[Frame]:
    return [replay.frame(turn) for turn in range(replay.turn_count + 1)]


@given(cases())
def test_core_and_prompt_stay_within_their_budgets(case: Case) -> None:
    replay = case.replay()
    items = replay.workload.items
    for frame in frames_of(replay):
        assert sum(replay.tokens_of(name) for name in frame.core) == frame.tokens.core <= replay.budgets.core
        assert frame.tokens.total + frame.tokens.reserve <= frame.tokens.limit == replay.budgets.window
        assert min(frame.tokens.as_dict().values()) >= 0
        assert frame.tokens.retrieved <= replay.budgets.retrieval
        assert case.spec.core_slots is None or len(frame.core) <= case.spec.core_slots
    assert len(set(items.ids[: len(items)])) == len(items)
    assert len(set(replay.item_ids())) == len(replay.item_ids())


@given(cases())
def test_tokens_of_a_frame_are_those_of_its_items(case: Case) -> None:
    replay = case.replay()
    for turn, frame in enumerate(frames_of(replay)):
        query = frame.window[-1:] if turn else ()
        for section, names in (
            ("core", frame.core),
            ("summary", frame.summary),
            ("retrieved", frame.retrieved),
            ("window", frame.window[:-1] if turn else frame.window),
        ):
            assert getattr(frame.tokens, section) == sum(replay.tokens_of(name) for name in names), section
        assert frame.tokens.query <= sum(replay.tokens_of(name) for name in query)


@given(cases())
def test_published_events_fold_to_the_frames(case: Case) -> None:
    replay = case.replay()
    published = [event.as_dict() for event in replay.events]
    assert [event["seq"] for event in published] == list(range(len(published)))
    for turn, books in books_by_turn(published, replay.turn_count):
        frame = replay.frame(turn)
        lists = books.lists()
        assert sorted(lists.pop("window")) == sorted(frame.window)
        assert lists == {"core": frame.core, "summary": frame.summary, "retrieved": frame.retrieved}
        made = {memory.memory_id for memory in made_by_the_policy(replay)}
        # A placeholder stands where its source stood; everything else where it came in.
        if made.isdisjoint(frame.window):
            assert books.lists()["window"] == frame.window


@given(cases())
def test_custody_partitions_the_items(case: Case) -> None:
    replay = case.replay()
    lineage = lineage_of(case.session, all_made(replay))
    published = [event.as_dict() for event in replay.events]
    for turn, books in books_by_turn(published, replay.turn_count):
        custody = replay.frame(turn).custody
        assert custody.as_dict() == books.custody(lineage)
        assert custody.total == len(books.inserted)


@given(cases(most_turns=4))
def test_custody_of_one_item_agrees_with_the_counts(case: Case) -> None:
    replay = case.replay()
    for turn in range(replay.turn_count + 1):
        frame = replay.frame(turn)
        states = [replay.custody_of(name, turn) for name in replay.item_ids()]
        seen = {state: states.count(state) for state in ("visible", "covered", "recoverable", "lost")}
        assert seen == frame.custody.as_dict()
        for name in replay.item_ids():
            place = replay.place_of(name, turn)
            where = [
                section for section in ("core", "summary", "retrieved", "window") if name in getattr(frame, section)
            ]
            assert where in ([place], [])
            assert (place is None) == (replay.custody_of(name, turn) == "unseen")


@given(cases(most_turns=4))
def test_runs_of_custody_say_what_each_turn_says(case: Case) -> None:
    replay = case.replay()
    for name in replay.item_ids():
        states: list[str] = []
        for first_turn, state in replay.custody_runs(name):
            states += [states[-1]] * (first_turn - len(states)) if states else []
            states.append(state)
        states += [states[-1]] * (replay.turn_count + 1 - len(states))
        assert states == [replay.custody_of(name, turn) for turn in range(replay.turn_count + 1)], name


@given(cases())
def test_replaying_again_gives_the_same_bytes(case: Case) -> None:
    assert case.replay().digest == case.replay().digest


@given(cases(), cases())
def test_a_workload_that_others_have_grown_changes_nothing(case: Case, other: Case) -> None:
    shared = Workload(case.session)
    Case(case.session, other.spec, other.seed).replay(shared)
    mine, alone = case.replay(shared), case.replay()
    assert mine.digest == alone.digest
    assert mine.metrics == alone.metrics
    assert frames_of(mine) == frames_of(alone)


@given(cases(), st.integers(1, 3))
def test_slices_give_what_one_run_gives(case: Case, step: int) -> None:
    sliced = case.begun()
    while not sliced.is_complete:
        before = sliced.computed
        assert sliced.advance(step) == min(before + step, sliced.turn_count)
    whole = case.replay()
    assert sliced.digest == whole.digest
    assert sliced.metrics == whole.metrics
    assert frames_of(sliced) == frames_of(whole)


@given(cases())
def test_guarded_memories_wait_for_an_approval_that_names_them(case: Case) -> None:
    replay = case.replay()
    waiting = guarded_ids(case.session)
    released: set[str] = set()
    for turn in range(replay.turn_count + 1):
        for seq in replay.event_span(turn):
            event = replay.events[seq]
            if event.action == "approve":
                released.add(str(event.memory_id))
            elif event.destination in ("core", "window", "summary", "retrieved"):
                assert event.memory_id not in waiting - released, event
        frame = replay.frame(turn)
        shown = {*frame.core, *frame.window, *frame.summary, *frame.retrieved}
        assert not shown & (waiting - released)


@given(cases())
def test_what_derives_from_quarantined_memories_waits_with_them(case: Case) -> None:
    replay = case.replay()
    quarantined = quarantined_ids(case.session)
    lineage = lineage_of(case.session)
    released: set[str] = set()
    for event in replay.events:
        if event.action == "approve":
            released.add(str(event.memory_id))
        elif event.destination in ("core", "summary", "retrieved") and event.memory_id not in released:
            assert lineage.get(str(event.memory_id), set()) & quarantined <= released, event


@given(cases())
def test_what_tools_and_policies_make_is_screened_like_any_memory(case: Case) -> None:
    replay = case.replay()
    for memory in all_made(replay):
        found = [each for each in replay.events if each.memory_id == memory.memory_id]
        if "Ignore all previous instructions" in memory.text and memory.kind != "message":
            assert all(each.destination not in SECTIONS for each in found), found


@given(cases())
def test_untrusted_memories_never_settle_in_the_core(case: Case) -> None:
    tainted = untrusted_ids(case.session)
    replay = case.replay()
    for event in replay.events:
        assert event.destination != "core" or event.memory_id not in tainted, event


@given(cases())
def test_untrusted_text_is_marked_in_every_prompt(case: Case) -> None:
    tainted = untrusted_ids(case.session)
    replay = case.replay()
    for turn in range(1, replay.turn_count + 1):
        for section in replay.prompt(turn).sections:
            for entry in section.entries:
                if entry.item_id in tainted:
                    assert entry.untrusted, (turn, entry)


@given(cases(), st.randoms(use_true_random=False))
def test_stepping_and_jumping_show_the_same_frames(case: Case, random) -> None:
    workload = Workload(case.session)
    with mock.patch.object(frames, "_EVENTS_BETWEEN", 3), mock.patch("memview.replay.replay._CACHED_FRAMES", 2):
        replay = case.replay(workload)
        turns = list(range(replay.turn_count + 1))
        forward = {turn: replay.frame(turn) for turn in turns}
        backward = {turn: replay.frame(turn) for turn in reversed(turns)}
        jumps = {turn: replay.frame(turn) for turn in random.choices(turns, k=12)}
    assert forward == backward
    assert jumps.items() <= forward.items()
    assert frames_of(case.replay(workload)) == [forward[turn] for turn in turns]


@given(cases())
def test_the_last_event_of_a_turn_shows_the_turn(case: Case) -> None:
    replay = case.replay()
    for turn in range(1, replay.turn_count + 1):
        span = replay.event_span(turn)
        assert [replay.turn_of(seq) for seq in span] == [turn] * len(span)
        frame, last = replay.frame(turn), replay.frame_at(span[-1])
        assert (last.core, last.window, last.retrieved, last.summary, last.custody) == (
            frame.core,
            frame.window,
            frame.retrieved,
            frame.summary,
            frame.custody,
        )
        for section in ("core", "summary", "retrieved", "window"):
            assert getattr(last.tokens, section) == getattr(frame.tokens, section)


@given(cases(most_turns=4))
def test_stepping_by_event_folds_one_event_at_a_time(case: Case) -> None:
    with mock.patch.object(frames, "_EVENTS_BETWEEN", 3):
        replay = case.replay()
    made = made_by_the_policy(replay)
    books, lineage = Books(), lineage_of(case.session, made)
    names = {memory.memory_id for memory in made}
    for event in replay.events:
        books.take(event.as_dict())
        frame = replay.frame_at(event.seq)
        assert frame.turn == event.turn
        lists, shown = books.lists(), {name: getattr(frame, name) for name in SECTIONS}
        if not names.isdisjoint(frame.window):
            # A placeholder stands where its source stood.
            lists["window"], shown["window"] = tuple(sorted(lists["window"])), tuple(sorted(shown["window"]))
        assert lists == shown
        assert books.custody(lineage) == frame.custody.as_dict()


@given(cases())
def test_probes_leave_no_trace(case: Case) -> None:
    silent = Case(replace(case.session, probes=()), case.spec, case.seed)
    asked, unasked = case.replay(), silent.replay()
    assert asked.digest == unasked.digest
    assert frames_of(asked) == frames_of(unasked)
    with_evidence = [probe for probe in case.session.probes if probe.evidence]
    assert [result.probe_id for result in asked.probe_results] == [probe.probe_id for probe in with_evidence]


@given(cases())
def test_everything_that_a_screen_asks_for_can_be_answered(case: Case) -> None:
    replay = case.replay()
    for turn in range(replay.turn_count + 1):
        slots = replay.core_slots(turn)
        assert tuple(slot.memory_id for slot in slots) == replay.frame(turn).core
        assert sum(slot.tokens for slot in slots) == replay.frame(turn).tokens.core
        assert sum(slot.is_next_victim for slot in slots) <= 1
        assert isinstance(replay.prompt(turn).text(), str)
        assert replay.archive_size(turn) <= len(replay.item_ids())
        for hit in replay.hits(turn):
            total = sum(part.score for part in replay.score_breakdown(hit.memory_id, turn))
            if hit.score is not None:
                assert abs(total - hit.score) < 1e-9
        assert (replay.route(turn) != "") == (turn > 0)
    assert sum(len(replay.history(name)) for name in replay.item_ids()) == sum(
        event.memory_id is not None for event in replay.events
    )
