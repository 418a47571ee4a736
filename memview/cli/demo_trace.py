"""The trace of an agent's turn: what was said, what paging did, which tools ran with what result, what was cited."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from memview.cli.prompt_gauge import gauge
from memview.model.display import printable
from memview.model.event import PagingEvent
from memview.model.memory import Memory
from memview.model.session import Session, ToolCall
from memview.replay import Replay
from memview.replay.governance_masks import Masks

Style = Callable[[str, str], str]
"""Puts text into the look of a kind of line: said, call, paging, warning, error, cites, prompt."""

_KINDS = 9
_NAMED = 4
_LONGEST = 1500


class Trace:
    """Lines of a trace, `width` columns wide, texts as `masks` has them."""

    def __init__(self, width: int, style: Style, masks: Masks) -> None:
        self._width = width
        self._style = style
        self._masks = masks

    def heading(self, session: Session, replay: Replay) -> Iterator[str]:
        """What is run: session, policy, budgets, and whether tokens are exact."""
        budgets, tokenizer = replay.budgets, replay.workload.tokenizer
        yield self._style("said", f"{printable(session.title)} ({printable(session.session_id)})")
        yield from self._line("policy", f"{replay.spec.label}; window {budgets.window}, core {budgets.core}, retrieved "
                              f"{budgets.retrieval}, reserve {budgets.reserve} tokens, "
                              f"{'exact' if tokenizer.exact else 'estimated'}", "paging")  # fmt: skip

    def turn(self, replay: Replay, number: int) -> Iterator[str]:
        """One turn in order of time: the prompt is sent before the tools run."""
        turn = replay.session.turns[number - 1]
        yield ""
        yield from self._line(f"turn {number}", f"{printable(turn.role)}: {self._shown(turn.text)}", "said")
        tools, events = _by_call(replay, number)
        faulted = _absent(replay, number)
        yield from self._paging(events)
        yield from self._line("prompt", gauge(replay, number), "prompt")
        outcomes = {outcome.place: outcome for outcome in replay.tool_calls(number)}
        for place, call in enumerate(turn.tool_calls, start=1):
            yield from self._line("tool", self._shown(_signature(call)), "call")
            outcome = outcomes.get(place)
            if outcome is None:
                yield from self._line("", f"= {self._shown(str(call.result))}", "error")
                continue
            # What was refused before it reached a tool is told as the agent read it.
            result = str(call.result) if outcome.error is not None and call.result is not None else outcome.result
            yield from self._line("", f"= {self._shown(result)}", "call" if outcome.error is None else "error")
            if outcome.agrees is False:
                yield from self._line("differs", self._shown(outcome.difference), "warning")
            if outcome.memory_ids:
                yield from self._line("", f"  {_verb(outcome.tool)} {_names(outcome.memory_ids)}", "paging")
            absent = [name for name in outcome.memory_ids if name in faulted]
            if absent:
                yield from self._line("fault", f"{_names(absent)} not in the prompt: paged in by this search", "paging")
            yield from self._paging(tools.get(place, ()))
        if turn.response:
            yield from self._line("agent", self._shown(turn.response), "said")
            cited = [self._masks.of_text(_source(replay.memory(name))) for name in turn.used]
            yield from self._line("cites", "; ".join(cited) or "nothing", "cites" if cited else "paging")

    def lesson(self, session: Session) -> Iterator[str]:
        """What the demonstration teaches."""
        yield ""
        yield from self._line("lesson", printable(session.lesson), "said")

    def _shown(self, text: str) -> str:
        """`text` on one line, cut when it is very long."""
        masked = self._masks.of_text(text)
        return _flat(masked) if len(text) <= _LONGEST else f"{_flat(masked[:_LONGEST])}… ({len(text)} characters)"

    def _paging(self, events: Sequence[PagingEvent]) -> Iterator[str]:
        for kind, text, look in paging_lines(events):
            yield from self._line(kind, text, look)

    def _line(self, kind: str, text: str, look: str) -> Iterator[str]:
        """`kind` in its column, `text` beside it, wrapped within its own."""
        indent = " " * (_KINDS + 2)
        room = max(20, self._width - len(indent))
        for number, part in enumerate(textwrap.wrap(text, room, break_on_hyphens=False) or [""]):
            yield self._style(look, f"{kind.ljust(_KINDS)}  {part}" if number == 0 else f"{indent}{part}").rstrip()


def paging_lines(events: Sequence[PagingEvent]) -> Iterator[tuple[str, str, str]]:
    """The events that matter, as (kind, text, look); what happened to many messages alike is one line."""
    fetched: dict[str | None, list[str]] = {}
    for event in events:
        if event.action == "fault" and event.destination == "retrieved":
            fetched.setdefault(event.origin, []).append(event.memory_id or "")
    for origin, names in fetched.items():
        yield "fault", f"{_names(names)} from {origin}, for this turn only", "paging"
    faulted = {event.memory_id for event in events if event.action == "fault"}
    for event in events:
        line = _single(event, faulted)
        if line is not None:
            yield line
    left = [event for event in events if event.action == "compact" and event.origin == "window"]
    if left:
        yield "", _gone(left), "paging"


def _single(event: PagingEvent, faulted: Container[str | None]) -> tuple[str, str, str] | None:
    """The line of one event, or None for one that is told in another way or not at all."""
    name, reason = printable(event.memory_id or ""), _flat(event.reason)
    match event.action:
        case "warn":
            return "warning", reason, "warning"
        case "promote":
            after = " after a fault" if event.memory_id in faulted else ""
            return "page in", f"{name}, {event.origin} to core{after}: {reason}", "paging"
        case "evict":
            return "page out", f"{name}, core to {event.destination}: {reason}", "paging"
        case "summarize":
            return "compact", f"{reason}: {name}", "warning"
        case "update" | "invalidate":
            return "update", f"{name}: {reason}", "paging"
        case "quarantine" | "reject":
            return event.action[:_KINDS], f"{name}: {reason}", "warning"
    return None


def _gone(left: Sequence[PagingEvent]) -> str:
    covered = sum(event.covered_by is not None for event in left)
    first, last = printable(left[0].memory_id or ""), printable(left[-1].memory_id or "")
    count = f"{len(left)} message{'' if len(left) == 1 else 's'}, {first} to {last},"
    return f"{count} out of the window into {left[0].destination}; the summary covers {covered} of them"


def _by_call(replay: Replay, number: int) -> tuple[Mapping[int, list[PagingEvent]], list[PagingEvent]]:
    """The events that follow each tool call of the turn, by its place, and those before the first."""
    before: list[PagingEvent] = []
    after: dict[int, list[PagingEvent]] = {}
    span = replay.event_span(number)
    for event in replay.events[span.start : span.stop]:
        if event.action == "tool":
            after[len(after) + 1] = []
        elif after:
            after[len(after)].append(event)
        else:
            before.append(event)
    return after, before


def _absent(replay: Replay, number: int) -> frozenset[str | None]:
    """What the turn needed and its prompt did not hold. (A recording's `used` makes a fault before the search does.)"""
    span = replay.event_span(number)
    events = replay.events[span.start : span.stop]
    return frozenset(event.memory_id for event in events if event.action == "fault" and event.destination is None) - {
        event.memory_id for event in events if event.action == "promote"
    }


def _signature(call: ToolCall) -> str:
    arguments = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.arguments.items())
    return f"{call.tool}({arguments})"


def _verb(tool: str) -> str:
    return "shows" if "search" in tool else "writes"


def _names(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(printable(name) for name in ids[:_NAMED]) + more


def _source(memory: Memory) -> str:
    """`MEM-00003 (demo-memgpt t-0002, https://...)`: the memory, and where it was learned."""
    citation = memory.citation
    place = " ".join(part for part in (citation.session_id, citation.turn_id) if part)
    known = ", ".join(part for part in (place, citation.source_url) if part)
    return printable(f"{memory.memory_id} ({known})" if known else f"{memory.memory_id}, {memory.kind}")


def _flat(text: str) -> str:
    """`text` on one line, without anything that a terminal would obey."""
    return printable(" ".join(text.split()))
