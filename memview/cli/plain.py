"""The account of a replay in plain lines: labelled, linear, uncoloured, for pipes, logs and screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from memview.model.display import printable
from memview.model.event import PagingEvent
from memview.replay import Replay
from memview.replay.governance import Withheld, withheld_at
from memview.replay.governance_citations import Source, citations_of_turn
from memview.replay.governance_masks import Masks


def account(replay: Replay, masks: Masks) -> Iterator[str]:
    """One line a fact: the session, every turn with its events and its prompt, then the metrics; texts as masked."""
    session, budgets = replay.session, replay.budgets
    tokenizer = replay.workload.tokenizer
    yield f"Session: {printable(session.session_id)}" + (f", {printable(session.title)}" if session.title else "")
    if session.lesson:
        yield f"Lesson: {printable(session.lesson)}"
    yield f"Policy: {replay.spec.label}, seed {replay.seed}"
    yield (
        f"Budgets: window {budgets.window}, core {budgets.core}, retrieved {budgets.retrieval}, "
        f"reserve {budgets.reserve} tokens"
    )
    yield f"Tokens: {'exact' if tokenizer.exact else 'estimated, shown with ≈'}; counter {tokenizer.name}"
    yield f"Turns: {replay.turn_count}"
    yield f"Loaded: {len(replay.event_span(0))} events, core {_names(replay.frame(0).core)}"
    for turn in range(1, replay.turn_count + 1):
        yield ""
        yield from _turn(replay, turn, masks)
    yield ""
    for name, value in replay.metrics.items():
        yield f"Metric {name}: {_number(value)}"
    for name, value in replay.landfill.items():
        yield f"Landfill {name}: {_number(value)}"
    for entry in withheld_at(replay, replay.turn_count):
        yield withheld_line(entry)


def _turn(replay: Replay, number: int, masks: Masks) -> Iterator[str]:
    turn, frame = replay.session.turns[number - 1], replay.frame(number)
    yield f"Turn {number} of {replay.turn_count}, {printable(turn.role)}: {printable(masks.of_whole_text(turn.text))}"
    span = replay.event_span(number)
    for place, event in enumerate(replay.events[span.start : span.stop], start=1):
        yield f"  Event {number}.{place}: {_event(event)}"
    tokens, custody = frame.tokens, frame.custody
    yield f"  Core: {_names(frame.core)}"
    yield f"  Retrieved: {_names(frame.retrieved)}"
    yield (
        f"  Prompt: {'' if replay.workload.tokenizer.exact else '≈'}{tokens.total} of {tokens.limit} tokens: "
        f"system {tokens.system}, core {tokens.core}, "
        f"summary {tokens.summary}, retrieved {tokens.retrieved}, window {tokens.window}, query {tokens.query}, "
        f"reserve {tokens.reserve}"
    )
    if turn.input_tokens is not None:
        yield f"  Recorded prompt: {turn.input_tokens} tokens"
    yield (
        f"  Custody: visible {custody.visible}, covered {custody.covered}, "
        f"recoverable {custody.recoverable}, lost {custody.lost}"
    )
    if turn.response:
        yield f"  Response: {printable(masks.of_whole_text(turn.response))}"
    for source in citations_of_turn(replay, number):
        yield f"  Citation: {citation_line(source, masks)}"


def withheld_line(entry: Withheld) -> str:
    """`Withheld EPI-00022: waiting since loading, quarantined: needs an approval`."""
    since = f"turn {entry.since}" if entry.since else "loading"
    return printable(f"Withheld {entry.memory_id}: {entry.state} since {since}, {entry.reason}")


def citation_line(source: Source, masks: Masks) -> str:
    """`PRF-00012: session_01, turn t-0003`, with a word about what is untrusted; an address may hold a key."""
    place = masks.of_whole_text(source.place) or "no citation"
    return printable(f"{source.memory_id}: {place}{' (untrusted)' if source.is_untrusted else ''}")


def _event(event: PagingEvent) -> str:
    parts = [event.action]
    if event.memory_id is not None:
        parts.append(printable(event.memory_id))
    if event.origin is not None and event.destination is not None and event.origin != event.destination:
        parts.append(f"from {event.origin} to {event.destination}")
    elif event.destination is not None:
        parts.append(f"{'in' if event.origin else 'to'} {event.destination}")
    if event.tokens:
        parts.append(f"{event.tokens} token{'' if event.tokens == 1 else 's'}")
    return f"{' '.join(parts)}: {printable(event.reason)}"


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(printable(item_id) for item_id in ids) or "none"


def _number(value: float | None) -> str:
    if value is None:
        return "n/a"
    return str(value) if isinstance(value, int) else f"{value:.4f}"
