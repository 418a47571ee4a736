"""LongMemEval (Wu et al., ICLR 2025): one question about a history of dated chats, its evidence labelled by message.

Shapes as described in the README of xiaowu0162/LongMemEval and read by its `src/retrieval/run_retrieval.py`, for the
files `longmemeval_s`, `longmemeval_m` (2.7 GB) and `longmemeval_oracle` (the evidence sessions only, in no order).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from memview.model.errors import SessionFileError
from memview.model.session import Probe, Session, Turn
from memview.sessions.importers.base import Head, ImportedSession, JsonObject, Notes, choose, cleaned, stem_of, text_of
from memview.sessions.importers.json_items import json_items
from memview.sessions.problems import quoted, whole_file

EXPECTED = "a LongMemEval file: a list of questions with haystack_sessions"

_WHEN = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ T]*(?:\([^()]{1,12}\))?\s*(\d{1,2}):(\d{2})(?::\d{2})?)?\s*")
"""`2023/05/20 (Sat) 02:21`, and the plain dates of histories of one's own."""

_KNOWN = frozenset(
    "question_id question_type question answer question_date haystack_session_ids haystack_dates haystack_sessions "
    "answer_session_ids".split()
)
_KNOWN_OF_MESSAGE = frozenset({"role", "content", "has_answer"})
_LISTED = 20
"""Questions that are named when one of several has to be selected: no more is read for that."""


class LongMemEvalImporter:
    """A question with its history becomes a session, each message of the history a turn, the question a probe."""

    name = "longmemeval"
    summary = "LongMemEval benchmark: a question with its history of chats"

    def sniff(self, head: Head) -> bool:
        """The keys of a question; its history may begin behind the head."""
        return (
            head.has_keys("haystack_sessions")
            or head.has_keys("question_id", "haystack_session_ids")
            or head.has_keys("question_id", "question_type", "question")
        )

    def read(self, path: Path, select: str | None = None) -> ImportedSession:
        """Import one question; `select` is its `question_id` when the file holds several."""
        named: dict[str, JsonObject] = {}
        for name, instance in _instances(path):
            if name == select:
                return _imported(instance, name, path)
            named[name] = instance if not named else {}  # of the others only the name is of use
            if select is None and len(named) > _LISTED:
                listed = ", ".join(list(named)[:_LISTED])
                raise whole_file(path, f"holds more than {_LISTED} questions", f"select one of {listed}, ...")
        return _imported(named[chosen := choose(named, select, path)], chosen, path)

    def read_all(self, path: Path) -> Iterator[ImportedSession]:
        """Import every question, in the order of the file; one at a time is in memory."""
        for name, instance in _instances(path):
            yield _imported(instance, name, path)


@dataclass(slots=True)
class _Part:
    """One chat of the history: its name, when it was, and its messages as they stand in the file."""

    name: str
    place: int
    recorded: str | None
    start: datetime | None
    messages: list[object]


def _instances(path: Path) -> Iterator[tuple[str, JsonObject]]:
    """Every question with its name, not cleaned yet; a name that comes again gets its place in the file."""
    seen: set[str] = set()
    for position, item in enumerate(json_items(path, EXPECTED), 1):
        if not isinstance(item, dict):
            raise whole_file(path, f"question {position}: must be an object", f"expected {EXPECTED}")
        name = _scalar_text(item.get("question_id")) or (f"{stem_of(path)}-{position}")
        name = name if name not in seen else f"{name}-{position}"
        seen.add(name)
        yield name, item


def _imported(instance: JsonObject, name: str, path: Path) -> ImportedSession:
    try:
        whole = cleaned(instance)
    except (ValueError, RecursionError):
        raise whole_file(path, f"question {quoted(name)}: nested too deeply", f"expected {EXPECTED}") from None
    name = str(cleaned(name))
    return _Question(whole if isinstance(whole, dict) else {}, name, path).imported()


class _Question:
    """One question on its way into a session."""

    def __init__(self, source: JsonObject, name: str, path: Path) -> None:
        self._source = source
        self._name = name
        self._path = path
        self._notes = Notes()
        self._clock: datetime | None = None
        self._labelled: list[str] = []
        self._by_part: dict[str, list[str]] = {}

    def imported(self) -> ImportedSession:
        question = text_of(self._source.get("question"))
        if question is None:
            raise self._fault("question", "is missing or no text", "add the question")
        parts = self._in_order(self._parts())
        turns = tuple(turn for part in parts for turn in self._turns(part))
        if not turns:
            raise self._fault("haystack_sessions", "holds no message", "add the history")
        probe = self._probe(question, len(turns))
        for key in self._source:
            self._notes.add(f"{key} of questions not mapped", int(key not in _KNOWN))
        kind = f"{probe.category or 'question'}, {len(parts)} chat{'s' if len(parts) != 1 else ''}"
        session = Session(
            session_id=self._name,
            title=f"LongMemEval {self._name}: {kind}",
            source={"format": "longmemeval", "file": self._path.name},
            turns=turns,
            probes=(probe,),
        )
        return ImportedSession(session, self._notes.lines(), "longmemeval")

    def _parts(self) -> list[_Part]:
        chats = self._list("haystack_sessions")
        names = self._beside(chats, "haystack_session_ids")
        dates = self._beside(chats, "haystack_dates")
        parts: list[_Part] = []
        for place, chat in enumerate(chats):
            if not isinstance(chat, list):
                raise self._fault(f"haystack_sessions[{place}]", "must be a list of messages", "put it in [ ]")
            name = _scalar_text(names[place]) or f"chat-{place + 1}"
            recorded = _scalar_text(dates[place])
            start = None if recorded is None else _moment_of(recorded)
            parts.append(_Part(name, place, recorded, start, chat))
        self._notes.add("chats without a readable date", sum(part.start is None for part in parts))
        self._notes.add("chats without a message left out", sum(not part.messages for part in parts))
        return [part for part in parts if part.messages]

    def _beside(self, chats: list[object], key: str) -> list[object]:
        """A list that runs along the chats; as many times nothing when there is none."""
        if self._source.get(key) is None:
            return [None] * len(chats)
        listed = self._list(key)
        if len(listed) != len(chats):
            fault = f"has {len(listed)} entries for {len(chats)} haystack_sessions"
            raise self._fault(key, fault, "give each chat its own, in the same order")
        return listed

    def _in_order(self, parts: list[_Part]) -> list[_Part]:
        """The chats by date, as `longmemeval_oracle` does not have them; as they stand when a date is missing."""
        starts = [part.start for part in parts if part.start is not None]
        if len(starts) < len(parts):
            return parts
        ordered = [part for _, part in sorted(zip(starts, parts, strict=True), key=lambda pair: pair[0])]
        moved = sum(part is not other for part, other in zip(parts, ordered, strict=True))
        self._notes.add("chats out of time order, put in it", moved)
        return ordered

    def _turns(self, part: _Part) -> Iterator[Turn]:
        if part.start is not None and self._clock is not None and part.start < self._clock.replace(second=0):
            self._notes.add("chats dated before the one before them: their times are left out")
            part.start = None
        name = part.name if part.name not in self._by_part else f"{part.name}#{part.place + 1}"
        while name in self._by_part:
            name += "'"
        self._notes.add("chats that come twice, numbered by their place", int(name != part.name))
        mine = self._by_part.setdefault(name, [])
        for index, message in enumerate(part.messages):
            turn = self._turn(part, index, message, f"{name}_{index + 1}")
            mine.append(turn.turn_id)
            yield turn

    def _turn(self, part: _Part, index: int, message: object, turn_id: str) -> Turn:
        field = f"haystack_sessions[{part.place}][{index}]"
        if not isinstance(message, dict):
            raise self._fault(field, "must be an object with role and content", "put it in { }")
        role, content = message.get("role"), message.get("content")
        if text_of(role) is None or not isinstance(role, str):
            raise self._fault(f"{field}.role", f"must be user or assistant, not {quoted(role)}", "name who said it")
        if not isinstance(content, str):
            raise self._fault(f"{field}.content", f"must be text, not {quoted(content)}", "put it in quotes")
        for key in message:
            self._notes.add(f"{key} of messages not mapped", int(key not in _KNOWN_OF_MESSAGE))
        self._label(message.get("has_answer"), turn_id)
        boundary = {"session": part.name, "date_time": part.recorded} if index == 0 else {}
        extra = {key: value for key, value in boundary.items() if value is not None}
        return Turn(turn_id, role, content, at=self._time(part, index), extra=extra)

    def _label(self, label: object, turn_id: str) -> None:
        if label is True:
            self._labelled.append(turn_id)
        else:
            self._notes.add("has_answer labels that are neither true nor false", int(label not in (None, False)))

    def _time(self, part: _Part, index: int) -> str | None:
        """A second for each message, never before the chat that began in the same minute."""
        if part.start is None:
            return None
        moment = part.start + timedelta(seconds=min(index, 59))
        self._clock = moment if self._clock is None else max(self._clock, moment)
        return self._clock.isoformat()

    def _probe(self, question: str, after_turn: int) -> Probe:
        abstains = self._name.endswith("_abs")
        extra: dict[str, object] = {}
        asked = _scalar_text(self._source.get("question_date"))
        if asked is not None:
            extra["question_date"] = asked
        if abstains:
            extra["abstention"] = True
        return Probe(
            probe_id=self._name,
            after_turn=after_turn,
            question=question,
            evidence=() if abstains else self._evidence(),
            answer=_scalar_text(self._source.get("answer")),
            category=_scalar_text(self._source.get("question_type")),
            extra=extra,
        )

    def _evidence(self) -> tuple[str, ...]:
        """The labelled messages; without any, all messages of the chats that hold the answer."""
        if self._labelled:
            return tuple(self._labelled)
        named = self._source.get("answer_session_ids")
        found: list[str] = []
        for name in dict.fromkeys(map(_scalar_text, named if isinstance(named, list) else [])):
            mine = self._by_part.get(name or "", [])
            self._notes.add("answer_session_ids without such a chat", int(not mine))
            found += mine
        if found:
            self._notes.add("evidence by chat: no message of it is labelled", 1)
        else:
            self._notes.add("questions without usable evidence")
        return tuple(found)

    def _list(self, key: str) -> list[object]:
        value = self._source.get(key)
        if not isinstance(value, list):
            raise self._fault(key, "is missing" if value is None else "must be a list", "name another format or add it")
        return value

    def _fault(self, field: str, message: str, mend: str) -> SessionFileError:
        return whole_file(self._path, f"question {quoted(self._name)}: {field}: {message}", mend)


def _moment_of(text: str) -> datetime | None:
    """`2023/05/20 (Sat) 02:21`; the weekday is not looked at, a date alone is its midnight."""
    found = _WHEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(group or 0) for group in found.groups())
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def _scalar_text(value: object) -> str | None:
    """Text, or a number as text: some answers are numbers."""
    return str(value) if isinstance(value, (str, int, float)) and str(value).strip() else None
