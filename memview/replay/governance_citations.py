"""What answers rest on and where it was learned: citations of an answer, provenance of a memory, uncited answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE, PLACE_CODE, EventLog
from memview.kernel.items import ItemTable
from memview.model.memory import Citation
from memview.model.session import Session

if TYPE_CHECKING:
    from memview.replay.replay import Replay

_HIT, _FAULT, _PROMOTE = ACTION_CODE["hit"], ACTION_CODE["fault"], ACTION_CODE["promote"]
_RETRIEVED = PLACE_CODE["retrieved"]
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A memory or message with its citation. `depth` is 0 for the item itself, 1 for what it derives from, and so on.

    `is_known` is False for an id that `derived_from` names and the session does not have (any more).
    """

    memory_id: str
    citation: Citation
    depth: int = 0
    is_untrusted: bool = False
    is_known: bool = True

    @property
    def place(self) -> str:
        """`session_01, turn t-0003, https://...`: the parts that are known; empty without any."""
        cited = self.citation
        turn = f"turn {cited.turn_id}" if cited.turn_id else None
        return ", ".join(part for part in (cited.session_id, turn, cited.source_url) if part)


def citations_of_turn(replay: Replay, turn: int) -> list[Source]:
    """The memories that the answer of `turn` rests on, each with its citation; none for a turn without an answer.

    They are those that the recording names in `used`, else those that the turn referred to and had in its prompt.
    Raises IndexError for a turn that is not computed.
    """
    span = replay.event_span(turn)
    if turn == 0 or not replay.session.turns[turn - 1].response:
        return []
    items = replay.workload.items
    rests_on = _used(items, replay.session.turns[turn - 1].used, turn)
    if not rests_on:
        log = replay.events
        referred = (log.items[seq] for seq in span if _shows(log.actions[seq], log.destinations[seq]))
        rests_on = list(dict.fromkeys(referred))
    return [
        Source(items.ids[item], items.memory(item).citation, is_untrusted=items.is_untrusted(item)) for item in rests_on
    ]


def provenance(replay: Replay, memory_id: str) -> list[Source]:
    """What the item called `memory_id` derives from, recursively, depth first, without the item itself.

    What it derives from twice stands there once. Raises KeyError for an unknown id.
    """
    seen = {memory_id}
    return list(_sources(replay, replay.memory(memory_id).derived_from, 1, seen))


def _sources(replay: Replay, ids: Sequence[str], depth: int, seen: set[str]) -> Iterator[Source]:
    for name in ids:
        if name in seen:
            continue
        seen.add(name)
        try:
            memory = replay.memory(name)
        except KeyError:
            yield Source(name, Citation(), depth, is_known=False)
            continue
        item = replay.workload.items.find(name)
        untrusted = item is not None and replay.workload.items.is_untrusted(item)
        yield Source(name, memory.citation, depth, untrusted)
        if depth < _DEEPEST:
            yield from _sources(replay, memory.derived_from, depth + 1, seen)


def uncited_ratio(log: EventLog, items: ItemTable, session: Session) -> float | None:
    """Share of the answers that rest on memory of which no citation is known, for none of the memories used.

    A message is its own citation; a memory is cited through what it derives from. None when no answer rests on any.
    """
    rests_on: dict[int, list[int]] = {}
    open_turns = bytearray(len(session.turns) + 1)
    for number, turn in enumerate(session.turns, start=1):
        if turn.response:
            used = _used(items, turn.used, number)
            if used:
                rests_on[number] = used
            else:
                open_turns[number] = 1
    if any(open_turns):
        for number, action, item, destination in zip(log.turns, log.actions, log.items, log.destinations, strict=False):
            if open_turns[number] and _shows(action, destination):
                rests_on.setdefault(number, []).append(item)
    computed = log.turns[len(log) - 1] if len(log) else 0
    answers = [used for number, used in rests_on.items() if number <= computed]
    uncited = sum(not any(_is_cited(items, item) for item in used) for used in answers)
    return uncited / len(answers) if answers else None


def _shows(action: int, destination: int) -> bool:
    """Whether an event of this kind means that the turn referred to something and has it in its prompt."""
    return action in (_HIT, _PROMOTE) or (action == _FAULT and destination == _RETRIEVED)


def _used(items: ItemTable, names: Sequence[str], turn: int) -> list[int]:
    found = (items.find(name) for name in dict.fromkeys(names))
    return [item for item in found if item is not None and items.has_arrived(item, turn)]


def _is_cited(items: ItemTable, item: int) -> bool:
    return any(_has_citation(items, each) for each in (item, *items.sources.get(item, ())))


def _has_citation(items: ItemTable, item: int) -> bool:
    record = items.records[item]
    return record is None or not record.citation.is_empty
