"""LoCoMo (snap-research/LoCoMo, `locomo10.json` and older flat files): long conversations with labelled questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from memview.model.memory import Citation, Memory
from memview.model.session import Budgets, Probe, Session, Turn
from memview.sessions.importers.base import (
    Head,
    ImportedSession,
    JsonObject,
    Notes,
    as_list,
    as_object,
    choose,
    read_json,
    stem_of,
    text_of,
)
from memview.sessions.problems import whole_file

EXPECTED = "a LoCoMo file: conversations with session_1, session_1_date_time, qa"
BUDGETS = Budgets(window=4096, core=600, retrieval=500, reserve=512)

_SESSION = re.compile(r"session_(\d{1,6})")
_CITED = re.compile(r"D:?\s*(\d{1,6}):(\d{1,6})")
"""`D8:6`, and as found in the data: `D:11:26`, `D30:05`, several in one string."""
_WHEN = re.compile(r"(\d{1,2}):(\d{2})\s*([ap])\.?m\.?\s+on\s+(\d{1,2})\s+([a-z]+),?\s+(\d{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LINE_KEYS_NOT_MAPPED = ("img_url", "query", "re-download")


@dataclass(slots=True)
class _Part:
    """One session of a conversation, numbered as in the file."""

    number: int
    turns: list[Turn] = field(default_factory=list)


class LocomoImporter:
    """One dialogue line becomes one turn, an observation or session summary a memory, a question a probe."""

    name = "locomo"
    summary = "LoCoMo benchmark: conversations with observations and questions"

    def sniff(self, head: Head) -> bool:
        """LoCoMo's dialogue ids, or its questions with the conversation out of sight behind them."""
        return (
            head.has_keys("dia_id")
            or head.has_keys("question", "evidence", "category")
            or head.has_keys("session_1_date_time")
        ) and not head.has_keys("probe_id")

    def read(self, path: Path, select: str | None = None) -> ImportedSession:
        """Import one conversation; `select` is its `sample_id` when the file holds several."""
        conversations = _conversations(read_json(path, EXPECTED), path)
        chosen = choose(conversations, select, path)
        return _Conversation(conversations[chosen], chosen, path).imported()

    def read_all(self, path: Path) -> Iterator[ImportedSession]:
        """Import every conversation, in the order of the file."""
        for name, conversation in _conversations(read_json(path, EXPECTED), path).items():
            yield _Conversation(conversation, name, path).imported()


class _Conversation:
    """One conversation on its way into a session."""

    def __init__(self, source: JsonObject, conversation_id: str, path: Path) -> None:
        self._source = source
        self._id = conversation_id
        self._path = path
        self._notes = Notes()
        inner = source.get("conversation")
        self._dialogue = source if inner is None else as_object(inner, path, "conversation")
        self._speakers = (
            text_of(self._dialogue.get("speaker_a")) or "A",
            text_of(self._dialogue.get("speaker_b")) or "B",
        )
        self._known: dict[str, None] = {}
        self._clock: datetime | None = None

    def imported(self) -> ImportedSession:
        parts = [part for part in self._parts() if part.turns]
        if not parts:
            raise whole_file(self._path, "holds no dialogue", f"expected {EXPECTED}")
        self._attach_memories(parts)
        turns = tuple(turn for part in parts for turn in part.turns)
        probes = tuple(self._probes(len(turns)))
        self._note_the_rest(parts)
        session = Session(
            session_id=self._id,
            title=f"LoCoMo {self._id}: {self._speakers[0]} and {self._speakers[1]}",
            budgets=BUDGETS,
            source={"format": "locomo", "file": self._path.name},
            turns=turns,
            probes=probes,
        )
        return ImportedSession(session, self._notes.lines(), "locomo")

    def _parts(self) -> Iterator[_Part]:
        numbers = sorted(int(found[1]) for key in self._dialogue if (found := _SESSION.fullmatch(key)))
        for number in dict.fromkeys(numbers):
            lines = as_list(self._dialogue.get(f"session_{number}"), self._path, f"session_{number}")
            yield self._part(number, lines)

    def _part(self, number: int, lines: list[object]) -> _Part:
        part = _Part(number)
        recorded = text_of(self._dialogue.get(f"session_{number}_date_time"))
        start = None if recorded is None else _moment_of(recorded)
        if start is None:
            self._notes.add("sessions without a readable date")
        elif self._clock is not None and start < self._clock:
            self._notes.add("sessions dated before the end of the one before: their times are left out")
            start = None
        for index, line in enumerate(lines):
            self._add_line(part, index, as_object(line, self._path, f"session_{number}[{index}]"), start)
        if part.turns:
            boundary = {"session": number} if recorded is None else {"session": number, "date_time": recorded}
            part.turns[0] = replace(part.turns[0], extra=boundary)
        return part

    def _add_line(self, part: _Part, index: int, line: JsonObject, start: datetime | None) -> None:
        spoken = text_of(line.get("text")) or text_of(line.get("clean_text")) or ""
        speaker = text_of(line.get("speaker")) or "?"
        if speaker not in self._speakers:
            self._notes.add("lines by neither of the two speakers, taken as the user's")
        caption = text_of(line.get("blip_caption"))
        text = f"{speaker}: {spoken}" + (f" [image: {caption}]" if caption else "")
        moment = None if start is None else start + timedelta(seconds=index)
        self._clock = moment or self._clock
        for key in _LINE_KEYS_NOT_MAPPED:
            self._notes.add(f"{key} of dialogue lines not mapped", int(key in line))
        role = "assistant" if speaker == self._speakers[1] else "user"
        turn_id = self._turn_id(line, f"D{part.number}:{index + 1}")
        part.turns.append(Turn(turn_id, role, text, at=None if moment is None else moment.isoformat()))

    def _turn_id(self, line: JsonObject, position: str) -> str:
        turn_id = text_of(line.get("dia_id"))
        if turn_id is None or turn_id in self._known:
            self._notes.add("dialogue ids missing or given twice: numbered by position")
            turn_id = position
            while turn_id in self._known:
                turn_id += "'"
        self._known[turn_id] = None
        return turn_id

    def _attach_memories(self, parts: list[_Part]) -> None:
        """Each session's observations and summary are remembered by its last turn."""
        seen: set[str] = set()
        observations = summaries = 0
        for part in parts:
            seen.update(turn.turn_id for turn in part.turns)
            last = part.turns[-1]
            remember: list[Memory] = []
            for speaker, fact, cited in self._observations(part.number):
                observations += 1
                sources = tuple(turn_id for turn_id in self._mapped(cited, "observation") if turn_id in seen)
                memory = Memory(
                    f"OBS-{observations:05d}",
                    fact,
                    created_at=last.at,
                    tags=(speaker,) if speaker else (),
                    trust="model",
                    citation=Citation(self._id, sources[0] if sources else last.turn_id),
                    derived_from=sources,
                )
                remember.append(memory)
            summary = text_of(self._of_session("session_summary", f"session_{part.number}_summary"))
            if summary is not None:
                summaries += 1
                memory = Memory(
                    f"SUM-{summaries:05d}",
                    summary,
                    kind="summary",
                    created_at=last.at,
                    trust="model",
                    citation=Citation(self._id, last.turn_id),
                    derived_from=tuple(turn.turn_id for turn in part.turns),
                )
                remember.append(memory)
            part.turns[-1] = replace(last, remember=tuple(remember))

    def _observations(self, number: int) -> Iterator[tuple[str, str, object]]:
        found = self._of_session("observation", f"session_{number}_observation")
        if not isinstance(found, dict):
            return
        for speaker, facts in found.items():
            for fact in facts if isinstance(facts, list) else []:
                text = text_of(fact[0]) if isinstance(fact, list) and fact else text_of(fact)
                if text is None:
                    self._notes.add("observations without text left out")
                    continue
                yield speaker, text, fact[1:] if isinstance(fact, list) else None

    def _of_session(self, group: str, key: str) -> object:
        """A value by session: under its group in the published file, at the top level in the flat one."""
        grouped = self._source.get(group)
        return grouped.get(key) if isinstance(grouped, dict) else self._source.get(key, self._dialogue.get(key))

    def _mapped(self, cited: object, what: str) -> Iterator[str]:
        """The dialogue ids that a citation means, each once; what means none is counted."""
        found: dict[str, None] = {}
        for text in _texts_in(cited):
            ids = [text] if text in self._known else [f"D{int(a)}:{int(b)}" for a, b in _CITED.findall(text)]
            self._notes.add(f"{what} references without a dialogue id", int(not ids))
            for turn_id in ids:
                self._notes.add(f"{what} references to lines that do not exist", int(turn_id not in self._known))
                if turn_id in self._known:
                    found[turn_id] = None
        yield from found

    def _probes(self, after_turn: int) -> Iterator[Probe]:
        questions = self._source.get("qa")
        for number, item in enumerate(questions if isinstance(questions, list) else [], 1):
            question = text_of(item.get("question")) if isinstance(item, dict) else None
            if question is None:
                self._notes.add("questions without text left out")
                continue
            evidence = tuple(self._mapped(item.get("evidence"), "evidence"))
            self._notes.add("questions without usable evidence", int(not evidence))
            adversarial = _scalar_text(item.get("adversarial_answer"))
            yield Probe(
                probe_id=f"QA-{number:05d}",
                after_turn=after_turn,
                question=question,
                evidence=evidence,
                answer=_scalar_text(item.get("answer")),
                category=_scalar_text(item.get("category")),
                extra={} if adversarial is None else {"adversarial_answer": adversarial},
            )

    def _note_the_rest(self, parts: list[_Part]) -> None:
        events = self._source.get("event_summary")
        flat = sum(key.startswith("events_session_") for key in self._source)
        count = len(events) if isinstance(events, dict) else flat
        self._notes.add("event summaries not mapped", count)
        with_lines = {f"session_{part.number}_date_time" for part in parts}
        idle = [key for key in self._dialogue if key.endswith("_date_time") and key not in with_lines]
        self._notes.add("dates of sessions without dialogue left out", len(idle))


def _conversations(document: object, path: Path) -> Mapping[str, JsonObject]:
    listed = document if isinstance(document, list) else [document]
    found: dict[str, JsonObject] = {}
    for position, item in enumerate(listed, 1):
        conversation = as_object(item, path, f"conversation {position}")
        name = text_of(conversation.get("sample_id")) or (stem_of(path) if len(listed) == 1 else f"{position}")
        found[name if name not in found else f"{name}-{position}"] = conversation
    return found


def _moment_of(text: str) -> datetime | None:
    """`1:56 pm on 8 May, 2023`; months by name, whatever the locale."""
    found = _WHEN.search(text)
    if found is None or found[5][:3].lower() not in _MONTHS:
        return None
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    month = _MONTHS.index(found[5][:3].lower()) + 1
    try:
        return datetime(int(found[6]), month, int(found[4]), hour, int(found[2]))
    except ValueError:
        return None


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def _scalar_text(value: object) -> str | None:
    return str(value) if isinstance(value, (str, int, float)) else None
