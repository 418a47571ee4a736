"""A paging trace in Chrome's trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open.

Format: "Trace Event Format", Google, 2016 (JSON object form). There is no clock in a replay: a turn lasts one
millisecond of the trace, and its events share that out evenly. One process per policy; in it a track of the events, one
of each core slot (a slice for every stay of a memory), and counters of tokens and custody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from memview.kernel.event_log import ACTION_CODE
from memview.model.display import printable
from memview.model.event import PagingEvent
from memview.replay import Replay

TURN_MICROSECONDS = 1000
_EVENTS_TRACK = 1
_FIRST_SLOT_TRACK = 2
_SHOWN_ACTIONS = frozenset(ACTION_CODE) - {"insert"}
"""What is stored is no page move: a session loads thousands of memories at once."""

_Json = dict[str, object]


def chrome_trace(labelled: Sequence[tuple[str, Replay]]) -> Iterator[str]:
    """The trace file, in pieces: a process for every labelled replay."""
    yield '{"displayTimeUnit":"ms","traceEvents":['
    is_first = True
    for process, (label, replay) in enumerate(labelled, 1):
        for record in _records(process, label, replay):
            text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            yield text if is_first else f",\n{text}"
            is_first = False
    session = labelled[0][1].session if labelled else None
    about = {
        "session": printable(session.session_id) if session else "",
        "unit": "one turn is 1 ms; a replay has no clock",
        "digests": {label: replay.digest for label, replay in labelled},
    }
    yield f'],"otherData":{json.dumps(about, ensure_ascii=False, separators=(",", ":"))}}}'


def _records(process: int, label: str, replay: Replay) -> Iterator[_Json]:
    yield _name("process_name", process, 0, printable(label))
    yield _name("thread_name", process, _EVENTS_TRACK, "paging events")
    stays = _Stays(process, replay)
    for turn in range(replay.computed + 1):
        span = replay.event_span(turn)
        for place, event in enumerate(replay.events[span.start : span.stop]):
            at = turn * TURN_MICROSECONDS + TURN_MICROSECONDS * place // max(1, len(span))
            if event.action in _SHOWN_ACTIONS:
                yield _instant(process, event, at)
            yield from stays.follow(event, at)
        yield from _counters(process, replay, turn)
    yield from stays.close((replay.computed + 1) * TURN_MICROSECONDS)


class _Stays:
    """Who is in which slot of the core since when. A slot is the lowest number that is free."""

    def __init__(self, process: int, replay: Replay) -> None:
        self._process = process
        self._replay = replay
        self._since: dict[str, tuple[int, int, PagingEvent]] = {}
        self._free: list[int] = []
        self._tracks = 0

    def follow(self, event: PagingEvent, at: int) -> Iterator[_Json]:
        name = event.memory_id
        if name is None or event.destination is None:
            return
        if event.destination == "core" and name not in self._since:
            if not self._free:
                yield self._add_track()
            self._since[name] = (self._free.pop(), at, event)
        elif event.origin == "core" and name in self._since:
            yield self._slice(name, at, event.reason)

    def close(self, at: int) -> Iterator[_Json]:
        for name in list(self._since):
            yield self._slice(name, at, "")

    def _slice(self, name: str, at: int, left: str) -> _Json:
        track, since, event = self._since.pop(name)
        self._free.append(track)
        self._free.sort(reverse=True)
        about: _Json = {"tokens": event.tokens, "entered": printable(event.reason)}
        if left:
            about["left"] = printable(left)
        return {
            "ph": "X", "pid": self._process, "tid": track, "ts": since, "dur": max(1, at - since),
            "name": printable(name), "cat": "residency", "args": about,
        }  # fmt: skip

    def _add_track(self) -> _Json:
        track = _FIRST_SLOT_TRACK + self._tracks
        self._tracks += 1
        self._free.append(track)
        return _name("thread_name", self._process, track, f"core slot {self._tracks}")


def _instant(process: int, event: PagingEvent, at: int) -> _Json:
    about: _Json = {"seq": event.seq, "turn": event.turn, "tokens": event.tokens, "reason": printable(event.reason)}
    if event.signal is not None:
        about["signal"] = f"{event.signal.name} {event.signal.value!r} against {event.signal.threshold!r}"
    if event.origin or event.destination:
        about["move"] = f"{event.origin or '-'} to {event.destination or '-'}"
    name = f"{event.action} {printable(event.memory_id)}" if event.memory_id else event.action
    return {
        "ph": "i", "s": "t", "pid": process, "tid": _EVENTS_TRACK, "ts": at, "name": name, "cat": event.action,
        "args": about,
    }  # fmt: skip


def _counters(process: int, replay: Replay, turn: int) -> Iterator[_Json]:
    frame = replay.frame(turn)
    tokens = {name: value for name, value in frame.tokens.as_dict().items() if name not in ("total", "limit")}
    for name, values in (("prompt tokens", tokens), ("custody", frame.custody.as_dict())):
        yield {"ph": "C", "pid": process, "ts": turn * TURN_MICROSECONDS, "name": name, "args": values}


def _name(what: str, process: int, track: int, name: str) -> _Json:
    return {"ph": "M", "pid": process, "tid": track, "ts": 0, "name": what, "args": {"name": name}}
