"""Breakpoints: a search over columns tells the truth of the expression, finds the nearest hit, and goes on growing."""

from __future__ import annotations

from pathlib import Path

import pytest
from building import memory, run, session, turn
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, cases

from memview.expressions import parse_formula
from memview.kernel.workload import Workload
from memview.model.errors import ExpressionError
from memview.policies import load_policy
from memview.replay import Replay
from memview.replay.breakpoint_names import BY_NAME, EXAMPLES, NAMES, VOCABULARY, completions
from memview.replay.breakpoints import (
    Breakpoint,
    BreakpointSearch,
    Stop,
    read_breakpoint,
    read_watch,
    values_at,
)
from memview.replay.event_signals import EventSignals

TEXTS = [each.name for each in NAMES if each.type == "text"]
NUMBERS = [each.name for each in NAMES if each.type != "text"]
ORDERS = ["==", "!=", "<", "<=", ">", ">="]

numbers = st.recursive(
    st.sampled_from([*NUMBERS, *NUMBERS, "0", "1", "7", "0.5", "True", "1e15"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner),
        st.builds("(-{})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=4,
)
texts = st.sampled_from([*TEXTS, *TEXTS, '"core"', '"evict"', "'m1'", "None", '""'])
sides = st.one_of(numbers, texts)
comparisons = st.one_of(
    st.builds("{} {} {}".format, numbers, st.sampled_from(ORDERS), numbers),
    st.builds("{} {} {}".format, texts, st.sampled_from(ORDERS), texts),
    st.builds("{} {} {} {} {}".format, sides, st.sampled_from(ORDERS), sides, st.sampled_from(ORDERS), sides),
    st.builds(
        "{} {} ('evict', 'core', 0, 1, None)".format,
        st.one_of(st.sampled_from(TEXTS), numbers),
        st.sampled_from(["in", "not in"]),
    ),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["'kiwi'", "'m'", "''"]),
        st.sampled_from(["in", "not in"]),
        st.sampled_from([*TEXTS, "tokens", "pinned"]),
    ),
)
conditions = st.recursive(
    st.one_of(comparisons, comparisons, st.sampled_from([*TEXTS, *NUMBERS, "True", "''"])),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("(({}) == {})".format, inner, st.sampled_from(["True", "pinned", "importance", "kind"])),
    ),
    max_leaves=5,
)


def hits_of(replay: Replay, source: str) -> list[int]:
    search = BreakpointSearch(replay)
    search.want([source])
    search.run()
    hits = search.hits(source)
    assert hits is not None
    assert sorted({replay.turn_of(seq) for seq in hits.seqs}) == list(hits.turns)
    return list(hits.seqs)


@given(case=cases(), source=conditions)
def test_a_search_finds_where_the_expression_holds(case: Case, source: str) -> None:
    try:
        expression = read_breakpoint(source)
    except ExpressionError as error:
        assert error.message.startswith("more than") or "longer than" in error.message  # noqa: PT017
        return
    replay = case.replay()
    expected = [seq for seq in range(len(replay.events)) if expression.holds(EventSignals(replay, seq))]
    assert hits_of(replay, source) == expected


@given(case=cases())
def test_every_name_has_one_value_in_a_column_and_at_an_event(case: Case) -> None:
    from memview.expressions.vectors import Numbers
    from memview.replay.event_rows import EventTable
    from memview.replay.so_far import SoFar

    replay = case.replay()
    count = len(replay.events)
    table = EventTable(replay, SoFar(replay))
    for start, stop in ((0, count // 3), (count // 3, count)):
        rows = table.rows(start, stop)
        for name in VOCABULARY if stop > start else ():
            column = rows.column(name)
            for index in range(stop - start):
                value = EventSignals(replay, start + index)[name]
                if isinstance(column, Numbers):
                    assert value == (None if column.missing[index] else column.values[index]), name
                else:
                    code = column.codes[index]
                    assert value == (None if code < 0 else column.table[code]), name


@given(case=cases(most_turns=6), slices=st.lists(st.integers(1, 3), max_size=5))
def test_a_search_that_grows_with_the_replay_finds_the_same(case: Case, slices: list[int]) -> None:
    source = 'action == "evict" or (thrash > 0 and faults > hits) or core_slots > 1 or "kiwi" in text'
    replay = case.begun()
    search = BreakpointSearch(replay)
    search.want([source])
    for turns in slices:
        replay.advance(turns)
        search.run()
    replay.run()
    assert search.is_done == (search.available == search.hits(source).searched)  # type: ignore[union-attr]
    search.run()
    assert list(search.hits(source).seqs) == hits_of(replay, source)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def paged() -> Replay:
    """Room for one memory, two wanted in turns: m1 is evicted for m2 and so on."""
    loaded = (
        memory("m1", "kiwi", 60, importance=0.9, tags=("fruit", "green")),
        memory("m2", "violin", 60, importance=0.6),
    )
    turns = [turn(number, "kiwi" if number % 2 else "violin") for number in range(1, 7)]
    return run(session(*turns, loaded=loaded), "lru")


def stops(replay: Replay, *breakpoints: Breakpoint) -> BreakpointSearch:
    search = BreakpointSearch(replay)
    search.want(each.source for each in breakpoints)
    search.run()
    return search


def test_the_nearest_hit_of_any_enabled_breakpoint_either_way(paged: Replay) -> None:
    evictions = [event.seq for event in paged.events if event.action == "evict"]
    faults = [event.seq for event in paged.events if event.action == "fault"]
    assert len(evictions) >= 3
    evict, fault = Breakpoint('action == "evict"'), Breakpoint('action == "fault"')
    search = stops(paged, evict, fault)
    first = min(faults[0], evictions[0])
    assert search.next_stop([evict, fault], -1, 1) == Stop(first, fault if first == faults[0] else evict, 1)
    assert search.next_stop([evict], -1, 1) == Stop(evictions[0], evict, 1)
    assert search.next_stop([evict], evictions[0], 1) == Stop(evictions[1], evict, 2)
    assert search.next_stop([evict], evictions[1], -1) == Stop(evictions[0], evict, 1)
    assert search.next_stop([evict], evictions[0], -1) is None
    assert search.next_stop([evict], evictions[-1], 1) is None
    off = Breakpoint(evict.source, enabled=False)
    assert search.next_stop([off], -1, 1) is None
    assert search.next_stop([off, fault], -1, 1) == Stop(faults[0], fault, 1)


def test_a_breakpoint_may_wait_for_its_nth_hit(paged: Replay) -> None:
    evictions = [event.seq for event in paged.events if event.action == "evict"]
    third = Breakpoint('action == "evict"', from_hit=3)
    search = stops(paged, third)
    assert search.next_stop([third], -1, 1) == Stop(evictions[2], third, 3)
    assert search.next_stop([third], evictions[2], -1) is None
    assert search.next_stop([Breakpoint(third.source, from_hit=99)], -1, 1) is None


def test_what_was_not_looked_at_is_not_known() -> None:
    story = session(*[turn(number) for number in range(1, 9)], loaded=(memory("m1"),))
    replay = Replay(Workload(story), load_policy("lru"))
    never = Breakpoint("tokens > 10000")
    search = stops(replay, never)
    assert search.is_done
    replay.advance(3)
    assert not search.is_done
    assert not search.knows([never], 0, None, 1)
    assert not search.has_searched([never], search.available - 1)
    search.run()
    assert search.knows([never], 0, None, 1)
    assert search.has_searched([never, Breakpoint("unknown")], search.available - 1)
    assert search.next_stop([never], 0, 1) is None


def test_a_search_can_be_cancelled(paged: Replay) -> None:
    search = BreakpointSearch(paged)
    search.want(["tokens > 0"])
    search.run(lambda: True)
    assert not search.is_done


def test_counts_for_watches_come_from_the_search(paged: Replay) -> None:
    search = BreakpointSearch(paged)
    watch = read_watch("evictions + 0")
    search.want([], watch.names)
    last = len(paged.events) - 1
    assert watch.value(search.signals(last)) is None
    assert not search.is_done
    search.run()
    assert watch.value(search.signals(last)) == paged.metrics["evictions"]
    assert EventSignals(paged, last)["thrash"] == paged.metrics["thrash"]


def test_names_read_as_documented(paged: Replay) -> None:
    seq = next(event.seq for event in paged.events if event.action == "evict" and event.memory_id == "m1")
    signals = EventSignals(paged, seq)
    frame = paged.frame(paged.turn_of(seq))
    expected = {
        "action": "evict", "memory_id": "m1", "origin": "core", "destination": "archive", "to": "archive", "size": 60,
        "importance": 0.9, "kind": "fact", "text": "kiwi", "tags": "fruit green", "pinned": False, "trust": "user",
        "sensitivity": "normal", "turn": paged.turn_of(seq), "role": "user", "agent": None, "budget": 100,
        "core_tokens": frame.tokens.core, "prompt_tokens": frame.tokens.total, "lost": 0,
        "core_slots": len(frame.core),
    }  # fmt: skip
    assert {name: signals[name] for name in expected} == expected
    assert values_at({"turn", "action"}, signals) == [("action", "evict"), ("turn", paged.turn_of(seq))]
    assert set(signals) == set(VOCABULARY)
    assert len(signals) == len(VOCABULARY)
    with pytest.raises(KeyError):
        signals["nonsense"]


def test_every_example_can_be_read_and_every_name_is_explained() -> None:
    for name in NAMES:
        assert name.meaning
        assert name.type in ("number", "text", "flag")
        if name.example:
            assert name.name in read_breakpoint(name.example).names
    for example in EXAMPLES:
        read_breakpoint(example)


def test_completion_prefers_beginnings() -> None:
    assert [each.name for each in completions("t")][:4] == ["to", "tokens", "threshold", "turn"]
    assert [each.name for each in completions("evict")] == ["evictions"]
    assert "core_tokens" in [each.name for each in completions("TOKENS")]
    assert [each.name for each in completions("")] == list(BY_NAME)
    assert completions("nonsense") == []


@pytest.mark.parametrize(
    ("source", "position", "message"),
    [
        ("importnce > 1", 0, "did you mean importance?"),
        ('from == "core"', 0, "write `origin`"),
        ('tokens > 1 and from != "core"', 15, "write `origin`"),
        ("tokens >", 8, "something is missing at the end"),
        ("open('/etc/passwd')", 0, "calls are not allowed"),
        ("text.upper() == 'X'", 0, "calls are not allowed"),
        ("", 0, "empty"),
    ],
)
def test_a_bad_breakpoint_names_the_column(source: str, position: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_breakpoint(source)
    assert caught.value.position == position
    assert message in caught.value.message


def test_from_may_stand_in_a_text_and_in_a_name() -> None:
    assert read_breakpoint("'from here' in text and action == \"from\"").names == {"text", "action"}


def test_a_watch_is_a_value() -> None:
    values = {"core_tokens": 30, "budget": 120, "kind": None}
    vocabulary = tuple(values)
    assert parse_formula("core_tokens / budget", vocabulary).value(values) == 0.25
    assert parse_formula("core_tokens > budget", vocabulary).value(values) is False
    assert parse_formula("kind or 'none'", vocabulary).value(values) == "none"
    assert parse_formula("kind + 1", vocabulary).value(values) is None
    assert parse_formula("budget / 0", vocabulary).value(values) is None
    with pytest.raises(ExpressionError):
        parse_formula("core_tokenz", vocabulary)


def test_the_document_has_every_name_and_its_examples_can_be_read() -> None:
    document = (Path(__file__).parents[2] / "docs" / "debugger.md").read_text(encoding="utf-8")
    for each in NAMES:
        kind = f"{each.type}, {each.unit}" if each.unit else each.type
        assert f"| `{each.name}` | {each.group} | {kind} | {each.meaning} |" in document
    for source in document.split("```")[1].strip().splitlines():
        read_breakpoint(source)
