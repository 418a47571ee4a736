"""Changes of a session: each makes a new one in which nothing refers to what is not there any more."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace

from memview.kernel.memory_tools.calls import is_memory_tool
from memview.model.memory import MEMORY_TIERS, TRUST_CLASSES, Memory
from memview.model.session import Arrival, PinChange, Session, ToolCall, Turn
from memview.replay.changes import (
    ChangeError,
    DropMemory,
    DropTurn,
    EditMemory,
    EditTurn,
    Pin,
    SessionChange,
    Unpin,
    arrival_turn,
    block_id,
)
from memview.replay.governance import Decision, with_decisions

BY = "memview what-if"


def change_session(session: Session, change: SessionChange, notes: list[str]) -> Session:
    """`session` with `change`; what had to be mended for it is added to `notes`, one sentence each.

    Raises ChangeError for a memory or turn that the session does not have.
    """
    match change:
        case Decision():
            _require_known_by(session, change.memory_id, change.after_turn)
            return with_decisions(session, (change,), BY)
        case Pin() | Unpin():
            return _pin(session, change)
        case EditMemory():
            return _edit_memory(session, change, notes)
        case DropMemory():
            return _drop_memory(session, change.memory_id, notes)
        case EditTurn():
            return _edit_turn(session, change, notes)
        case DropTurn():
            return _empty_turn(session, change.turn, notes)


def _require_memory(session: Session, memory_id: str) -> int:
    turn = arrival_turn(session, memory_id)
    if turn is None:
        raise ChangeError(_unknown_memory(session, memory_id))
    return turn


def _unknown_memory(session: Session, memory_id: str) -> str:
    if any(turn.turn_id == memory_id.partition("/")[0] for turn in session.turns):
        return f"{memory_id} is a message or was made in its turn; change that turn instead"
    return f"the session records no memory {memory_id!r}; name one of its memories"


def _require_known_by(session: Session, memory_id: str, after_turn: int) -> None:
    _require_turn(session, after_turn, first=0)
    written = _made_in(session, memory_id)
    if written is None:
        written = _require_memory(session, memory_id)
    if written > after_turn:
        raise ChangeError(
            f"{memory_id} is written in turn {written}: it cannot be decided about after turn {after_turn}"
        )


def _made_in(session: Session, memory_id: str) -> int | None:
    """The turn whose tool call wrote what is called `TURN/core-1`, or None for an id that is none of these."""
    turn_id, slash, _ = memory_id.partition("/")
    if not slash:
        return None
    return next((number for number, turn in enumerate(session.turns, start=1) if turn.turn_id == turn_id), None)


def _require_turn(session: Session, turn: int, first: int = 1) -> None:
    if not first <= turn <= len(session.turns):
        raise ChangeError(f"turn {turn}: the session has turns {first} to {len(session.turns)}")


def _pin(session: Session, change: Pin | Unpin) -> Session:
    _require_known_by(session, change.memory_id, change.after_turn)
    pins = list(session.pins)
    place = bisect_right(pins, change.after_turn, key=lambda pin: pin.after_turn)
    pins.insert(place, PinChange(change.after_turn, change.memory_id, isinstance(change, Pin), by=BY))
    return replace(session, pins=tuple(pins))


def _edit_memory(session: Session, change: EditMemory, notes: list[str]) -> Session:
    turn = _require_memory(session, change.memory_id)
    if change.importance is not None and not 0 <= change.importance <= 1:
        raise ChangeError(f"importance {change.importance:g}: write a number from 0 to 1")
    if change.tier is not None and change.tier not in MEMORY_TIERS:
        raise ChangeError(f"tier {change.tier!r}: use one of {', '.join(MEMORY_TIERS)}")
    if _is_block(session, change.memory_id):
        return _edit_block(session, change)

    def edited(memory: Memory) -> Memory:
        text = memory.text if change.text is None else change.text
        return replace(
            memory,
            text=text,
            # The recorded size is that of the recorded text.
            tokens=memory.tokens if text == memory.text else None,
            importance=memory.importance if change.importance is None else change.importance,
            tier=change.tier or memory.tier,
        )

    before = _memory(session, change.memory_id)
    session = _with_memory(session, change.memory_id, edited)
    if change.text is not None and turn:
        session = _rewrite_calls(session, turn, before.text, change.text, notes)
    return session


def _is_block(session: Session, memory_id: str) -> bool:
    return memory_id not in _memories(session) and any(block_id(block.label) == memory_id for block in session.blocks)


def _edit_block(session: Session, change: EditMemory) -> Session:
    if change.importance is not None or change.tier is not None:
        raise ChangeError(f"{change.memory_id} is a block of core memory: only its text can be changed")
    blocks = tuple(
        replace(block, value=change.text or "") if block_id(block.label) == change.memory_id else block
        for block in session.blocks
    )
    return replace(session, blocks=blocks)


def _memories(session: Session) -> dict[str, Memory]:
    found = {arrival.memory.memory_id: arrival.memory for arrival in session.arrivals}
    found.update({memory.memory_id: memory for turn in session.turns for memory in turn.remember})
    return found


def _memory(session: Session, memory_id: str) -> Memory:
    return _memories(session)[memory_id]


def _with_memory(session: Session, memory_id: str, edit: Callable[[Memory], Memory | None]) -> Session:
    """The session with the memory as `edit` gives it back, or without it for None."""

    def kept(memories: tuple[Memory, ...]) -> tuple[Memory, ...]:
        if not any(memory.memory_id == memory_id for memory in memories):
            return memories
        edited = [edit(memory) if memory.memory_id == memory_id else memory for memory in memories]
        return tuple(memory for memory in edited if memory is not None)

    arrivals = tuple(
        Arrival(arrival.after_turn, memory) for arrival in session.arrivals for memory in kept((arrival.memory,))
    )
    turns = tuple(
        replace(turn, remember=kept(turn.remember)) if turn.remember else turn for turn in session.turns
    )  # fmt: skip
    return replace(session, arrivals=arrivals, turns=turns)


def _rewrite_calls(session: Session, number: int, old: str, new: str | None, notes: list[str]) -> Session:
    """The memory-tool calls of a turn that wrote the text `old` write `new`, or are gone for None."""
    turn = session.turns[number - 1]
    writers = [call for call in turn.tool_calls if _writes(call, old)]
    if not writers:
        return session
    calls: list[ToolCall] = []
    for call in turn.tool_calls:
        if call not in writers:
            calls.append(call)
        elif new is not None:
            arguments = {name: new if _is_text(value, old) else value for name, value in call.arguments.items()}
            calls.append(replace(call, arguments=arguments))
    what = "is gone with it" if new is None else "writes the new text"
    notes.append(f"turn {number}: {', '.join(call.tool for call in writers)} {what}")
    return _with_turn(session, number, replace(turn, tool_calls=tuple(calls), extra=_without_call_extras(turn)))


def _without_call_extras(turn: Turn) -> Mapping[str, object]:
    """Unknown keys of tool calls are kept by the number of the call, which has changed."""
    return {name: value for name, value in turn.extra.items() if name != "tool_calls"}


def _writes(call: ToolCall, text: str) -> bool:
    return is_memory_tool(call.tool) and any(_is_text(value, text) for value in call.arguments.values())


def _is_text(value: object, text: str) -> bool:
    return isinstance(value, str) and bool(text.strip()) and value.strip() == text.strip()


def _with_turn(session: Session, number: int, turn: Turn) -> Session:
    return replace(session, turns=(*session.turns[: number - 1], turn, *session.turns[number:]))


def _drop_memory(session: Session, memory_id: str, notes: list[str]) -> Session:
    turn = _require_memory(session, memory_id)
    if _is_block(session, memory_id):
        return _edit_block(session, EditMemory(memory_id, text=""))
    dropped = _memory(session, memory_id)
    trust = _trust_of_lineage(_memories(session), memory_id)
    session = _with_memory(session, memory_id, lambda _: None)
    if turn:
        session = _rewrite_calls(session, turn, dropped.text, None, notes)
    session = _mend_memories(session, dropped, trust, notes)
    for kind, records in (("approval", session.approvals), ("pin", session.pins)):
        gone = sum(record.memory_id == memory_id for record in records)
        if gone:
            notes.append(f"{_counted(gone, kind)} of {memory_id} gone with it")
    session = replace(
        session,
        approvals=tuple(each for each in session.approvals if each.memory_id != memory_id),
        pins=tuple(each for each in session.pins if each.memory_id != memory_id),
    )
    return _forget_references(session, memory_id, notes)


def _trust_of_lineage(memories: Mapping[str, Memory], memory_id: str) -> int:
    """The least trust of the memory and of all that it derives from."""
    least, waiting, seen = len(TRUST_CLASSES) - 1, [memory_id], set[str]()
    while waiting:
        memory = memories.get(waiting.pop())
        if memory is not None and memory.memory_id not in seen:
            seen.add(memory.memory_id)
            least = min(least, TRUST_CLASSES.index(memory.trust))
            waiting += memory.derived_from
    return least


def _mend_memories(session: Session, dropped: Memory, trust: int, notes: list[str]) -> Session:
    """What was derived from the memory keeps its trust, what superseded it supersedes what it had superseded."""
    name = dropped.memory_id
    for memory in _memories(session).values():
        if name not in memory.derived_from and memory.supersedes != name:
            continue
        mended = memory
        if memory.supersedes == name:
            mended = replace(mended, supersedes=dropped.supersedes)
            notes.append(f"{memory.memory_id} supersedes {dropped.supersedes or 'nothing'} instead of {name}")
        if name in memory.derived_from:
            least = TRUST_CLASSES[min(trust, TRUST_CLASSES.index(memory.trust))]
            rest = tuple(source for source in memory.derived_from if source != name)
            mended = replace(mended, derived_from=rest, trust=least)
            notes.append(f"{memory.memory_id} does not name {name} as a source any more and keeps its trust, {least}")
        session = _with_memory(session, memory.memory_id, _becoming(mended))
    return session


def _becoming(memory: Memory) -> Callable[[Memory], Memory]:
    """An edit that puts `memory` in the place of the one before."""
    return lambda _: memory


def _forget_references(session: Session, name: str, notes: list[str]) -> Session:
    """No turn uses `name` and no probe asks for it."""
    using = [number for number, turn in enumerate(session.turns, start=1) if name in turn.used]
    if using:
        notes.append(f"{_counted(len(using), 'turn')} did not use {name}: {_listed(using)}")
        turns = tuple(
            replace(turn, used=tuple(each for each in turn.used if each != name)) if name in turn.used else turn
            for turn in session.turns
        )
        session = replace(session, turns=turns)
    asking = [probe.probe_id for probe in session.probes if name in probe.evidence]
    if asking:
        unscored = [probe.probe_id for probe in session.probes if probe.evidence == (name,)]
        more = f"; not scored any more: {', '.join(unscored)}" if unscored else ""
        notes.append(f"{name} is no evidence of {_counted(len(asking), 'probe')} ({', '.join(asking)}){more}")
        probes = tuple(
            replace(probe, evidence=tuple(each for each in probe.evidence if each != name))
            if name in probe.evidence
            else probe
            for probe in session.probes
        )
        session = replace(session, probes=probes)
    return session


def _edit_turn(session: Session, change: EditTurn, notes: list[str]) -> Session:
    _require_turn(session, change.turn)
    turn = session.turns[change.turn - 1]
    if turn.text == change.text:
        return session
    if turn.response or turn.tool_calls:
        notes.append(f"turn {change.turn}: the recorded calls and reply stay as they are")
    # Recorded counts are those of the recorded text.
    return _with_turn(
        session, change.turn, replace(turn, text=change.text, tokens=None, input_tokens=None, usage=None)
    )  # fmt: skip


def _empty_turn(session: Session, number: int, notes: list[str]) -> Session:
    _require_turn(session, number)
    turn = session.turns[number - 1]
    for memory in turn.remember:
        notes.append(f"{memory.memory_id}, written in turn {number}, is gone with it")
        session = _drop_memory(session, memory.memory_id, notes)
    empty = Turn(turn.turn_id, turn.role, "", at=turn.at, agent=turn.agent, extra=_without_call_extras(turn))
    return _forget_references(_with_turn(session, number, empty), turn.turn_id, notes)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:6])
    return shown + (", …" if len(numbers) > 6 else "")
