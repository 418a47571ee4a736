"""Reading a native session file: a stream of lines in, one `Session` out, every fault with file, line and field."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from memview.model.memory import MEMORY_KINDS, Memory
from memview.model.session import APPROVED, Approval, Arrival, PinChange, Probe, Session, Turn, Undo
from memview.sessions.block_rules import over_its_limit, require_own_labels
from memview.sessions.build import (
    APPROVAL_KEYS,
    PIN_KEYS,
    PROBE_KEYS,
    UNDO_KEYS,
    memory_of,
    session_of,
    turn_of,
    unknown_keys,
)
from memview.sessions.ledger import Ledger, moment_of
from memview.sessions.lines import LINE_LIMIT, numbered_lines
from memview.sessions.problems import Problem, from_validation, nearest, printable, quoted, whole_file
from memview.sessions.records import (
    LINE,
    ApprovalRecord,
    MemoryRecord,
    PinRecord,
    ProbeRecord,
    Record,
    RememberedRecord,
    SessionRecord,
    TurnRecord,
    UndoRecord,
)
from memview.sessions.strictness import check_strictness
from memview.tokens import COUNTER_NAMES

BEGINNING_TURNS = 32

_KINDS = frozenset(MEMORY_KINDS)
_HEADER_FIRST = 'start the file with {"type":"session","session_id":...}'


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """A session with what was odd about its file; each warning is one printable line `FILE:LINE: FIELD: ...`."""

    session: Session
    warnings: tuple[str, ...] = ()


def read_session(path: str | os.PathLike[str], *, line_limit: int = LINE_LIMIT) -> LoadedSession:
    """Load a native session file (`.jsonl`, plain or gzip; told apart by its bytes).

    A last line without a line end that does not parse, and a gzip stream that breaks off, are a crash while appending:
    reported as a warning, and the lines before it are the session. Anything else that breaks the format raises
    SessionFileError `FILE:LINE: FIELD: message; how to mend`. A line has at most `line_limit` bytes.
    """
    file = os.fspath(path)
    reading = _Reading(file)
    with _garbage_collector_paused():
        for number, raw in numbered_lines(Path(path), line_limit):
            reading.take(number, raw)
        return reading.finish()


def read_beginning(path: str | os.PathLike[str], *, turns: int = BEGINNING_TURNS) -> Session:
    """A native session file up to its first `turns` turns, without its probes: enough to show these turns.

    A replay looks at no later line than its turn, so the frames of these turns are those of the whole session. Raises
    SessionFileError as `read_session` does for what is wrong in these lines.
    """
    reading = _Reading(os.fspath(path))
    with _garbage_collector_paused():
        for number, raw in numbered_lines(Path(path)):
            reading.take(number, raw)
            if reading.turn_count >= turns:
                break
        return reading.beginning()


class _Reading:
    """One pass over a file: the parts of the session so far, in file order."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._line = 0
        self._header: Session | None = None
        self._ledger = Ledger()
        self._turns: list[Turn] = []
        self._arrivals: list[Arrival] = []
        self._probes: list[Probe] = []
        self._probe_lines: list[int] = []
        self._approvals: list[Approval] = []
        self._pins: list[PinChange] = []
        self._undos: list[Undo] = []
        self._odd: dict[tuple[str, str], list[int]] = {}
        self._torn: str | None = None

    def take(self, number: int, raw: bytes | None) -> None:
        """Add one line; None stands for the place where compressed data break off."""
        self._line = number
        if raw is None:
            self._tear("the compressed data break off here")
            return
        try:
            self._parse(raw)
        except Problem as problem:
            raise problem.at(self._file, number) from None

    @property
    def turn_count(self) -> int:
        return len(self._turns)

    def beginning(self) -> Session:
        """The session as far as it was taken, probes left out: their evidence may come later."""
        if self._header is None:
            raise whole_file(self._file, self._torn or "is empty", _HEADER_FIRST)
        return replace(
            self._header,
            arrivals=tuple(self._arrivals),
            turns=tuple(self._turns),
            approvals=tuple(self._approvals),
            pins=tuple(self._pins),
            undos=tuple(self._undos),
        )

    def finish(self) -> LoadedSession:
        """The whole session, once the last line was taken."""
        session = self.beginning()
        for line, probe in zip(self._probe_lines, self._probes, strict=True):
            try:
                self._ledger.require_known("probe.evidence", probe.evidence)
            except Problem as problem:
                raise problem.at(self._file, line) from None
        return LoadedSession(replace(session, probes=tuple(self._probes)), tuple(self._warnings()))

    def _parse(self, raw: bytes) -> None:
        try:
            record = LINE.validate_json(raw)
        except ValidationError as error:
            if not raw.strip():
                return
            problem = from_validation(error)
            if problem.field == "json" and not raw.endswith(b"\n") and self._header is not None:
                self._tear("the last line is cut off")
                return
            raise problem from None
        except RecursionError:
            raise Problem("line", "nested too deeply", "flatten it") from None
        if self._header is None and record["type"] != "session":
            raise Problem("type", f"a {record['type']} before the header", _HEADER_FIRST)
        try:
            check_strictness(raw, record)
            self._take(record)
        except Problem as problem:
            raise problem.within(record["type"]) from None

    def _take(self, record: Record) -> None:
        match record["type"]:
            case "turn":
                self._take_turn(record)
            case "memory":
                self._take_memory(record)
            case "probe":
                self._take_probe(record)
            case "approval":
                self._take_approval(record)
            case "pin":
                self._take_pin(record)
            case "undo":
                self._take_undo(record)
            case "session":
                self._take_header(record)

    def _take_header(self, record: SessionRecord) -> None:
        if self._header is not None:
            raise Problem("type", "a second header", "keep one session in a file")
        header = session_of(record, self._strange)
        if header.tokenizer is not None and header.tokenizer not in COUNTER_NAMES:
            fault = f"unknown token counter {quoted(header.tokenizer)}"
            mend = nearest(header.tokenizer, COUNTER_NAMES, count=1) or f"use one of {', '.join(COUNTER_NAMES)}"
            raise Problem("tokenizer", fault, mend)
        require_own_labels(header.blocks)
        self._ledger.add_blocks(block.label for block in header.blocks)
        for index, block in enumerate(header.blocks):
            if block.is_over_its_limit:
                self._note(f"session.blocks[{index}].value", over_its_limit(block))
        self._header = header

    def _take_turn(self, record: TurnRecord) -> None:
        ledger = self._ledger
        ledger.begin_turn(record["turn_id"])
        at = record.get("at")
        if at is not None:
            ledger.advance(at)
        remembered = record.get("remember")
        remember = tuple([self._remembered(index, item) for index, item in enumerate(remembered)]) if remembered else ()
        turn = turn_of(record, remember, self._strange)
        if turn.used:
            ledger.require_known("used", turn.used)
        self._turns.append(turn)

    def _remembered(self, index: int, record: RememberedRecord) -> Memory:
        try:
            return self._memory(record, "turn.remember")
        except Problem as problem:
            raise problem.within(f"remember[{index}]") from None

    def _take_memory(self, record: MemoryRecord) -> None:
        self._arrivals.append(Arrival(self._ledger.turn_count, self._memory(record, "memory")))

    def _memory(self, record: MemoryRecord | RememberedRecord, path: str) -> Memory:
        memory = memory_of(record, path, self._strange)
        ledger = self._ledger
        if memory.created_at is not None:
            moment_of("created_at", memory.created_at)
        if memory.last_used is not None:
            moment_of("last_used", memory.last_used)
        if memory.valid_from is not None:
            moment_of("valid_from", memory.valid_from)
        if memory.valid_until is not None:
            moment_of("valid_until", memory.valid_until)
        if memory.derived_from:
            ledger.require_known("derived_from", memory.derived_from)
        if memory.supersedes is not None:
            ledger.require_memory("supersedes", memory.supersedes)
        ledger.add_memory(memory.memory_id)
        if memory.kind not in _KINDS:
            self._note(f"{path}.kind", f"unknown kind {memory.kind!r}, kept")
        return memory

    def _take_probe(self, record: ProbeRecord) -> None:
        after = record.get("after_turn")
        self._ledger.add_probe(record["probe_id"])
        number = self._ledger.turn_count if after is None else self._ledger.turn_number("after_turn", after)
        probe = Probe(
            probe_id=record["probe_id"],
            after_turn=number,
            question=record["question"],
            evidence=tuple(record.get("evidence", ())),
            answer=record.get("answer"),
            category=record.get("category"),
            extra=unknown_keys(record, PROBE_KEYS, "probe", self._strange),
        )
        self._probes.append(probe)
        self._probe_lines.append(self._line)

    def _take_approval(self, record: ApprovalRecord) -> None:
        self._ledger.require_decidable("memory_id", record["memory_id"])
        at = record.get("at")
        if at is not None:
            self._ledger.advance(at)
        approval = Approval(
            after_turn=self._ledger.turn_count,
            memory_id=record["memory_id"],
            by=record.get("by"),
            at=at,
            extra=unknown_keys(record, APPROVAL_KEYS, "approval", self._strange),
            decision=record.get("decision", APPROVED),
        )
        self._approvals.append(approval)

    def _take_pin(self, record: PinRecord) -> None:
        self._ledger.require_decidable("memory_id", record["memory_id"])
        at = record.get("at")
        if at is not None:
            self._ledger.advance(at)
        pin = PinChange(
            after_turn=self._ledger.turn_count,
            memory_id=record["memory_id"],
            pinned=record.get("pinned", True),
            by=record.get("by"),
            at=at,
            extra=unknown_keys(record, PIN_KEYS, "pin", self._strange),
        )
        self._pins.append(pin)

    def _take_undo(self, record: UndoRecord) -> None:
        self._ledger.require_stored("memory_id", record["memory_id"])
        at = record.get("at")
        if at is not None:
            self._ledger.advance(at)
        extra = unknown_keys(record, UNDO_KEYS, "undo", self._strange)
        self._undos.append(Undo(self._ledger.turn_count, record["memory_id"], by=record.get("by"), at=at, extra=extra))

    def _tear(self, what: str) -> None:
        self._torn = what
        self._note("line", f"{what}; the {len(self._turns)} turns before it are loaded")

    def _strange(self, field: str) -> None:
        self._note(field, "unknown key, kept")

    def _note(self, field: str, text: str) -> None:
        seen = self._odd.setdefault((field, text), [self._line, 0])
        seen[1] += 1

    def _warnings(self) -> Iterator[str]:
        """One line for each kind of oddity: a recorder that writes its own keys does so on every line."""
        for (field, text), (line, count) in self._odd.items():
            more = f" (and {count - 1} more)" if count > 1 else ""
            yield printable(f"{self._file}:{line}: {field}: {text}{more}")


@contextmanager
def _garbage_collector_paused() -> Iterator[None]:
    """Loading makes objects and drops none in cycles: the collector would only walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
