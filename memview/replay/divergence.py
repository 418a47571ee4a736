"""Where the prompts of several replays of one session part: turn by turn, in what, and by how much.

Two policies differ at a turn when, at its frame, a section of the prompt (core, summary, retrieved or window) does not
hold the same items under both. The order within a section does not count; the section does: an item that is resident
under one policy and fetched for the turn under the other one is a difference. Turn 0 sends no prompt and is not looked
at. Two policies may make different summaries under one id, and a fork may edit a memory: these are different items.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from memview.kernel.context import Context
from memview.model.event import PagingEvent
from memview.replay.replay import Replay

COMPARED_SECTIONS = ("core", "summary", "retrieved", "window")

Held = Mapping[object, str]
"""The items of one section under one policy, in prompt order: what tells them apart, and their ids."""


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """A section that does not hold the same items under all policies.

    `own` lists for each policy, in the order of the comparison, the ids that it has there and not every other one has,
    in prompt order. Of two policies that is what is unique to each.
    """

    section: str
    own: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """What differs between the prompts of one turn, section by section in prompt order."""

    turn: int
    sections: tuple[SectionDifference, ...]


class Divergences:
    """Which turns differ and by how much, up to the last turn that all replays have computed and that was looked at.

    `advance` looks at more turns; one thread may do so while another one reads.
    """

    def __init__(self, replays: Sequence[Replay]) -> None:
        self.replays = tuple(replays)
        self.turns = array("I")
        """The turns whose prompts differ, ascending."""
        self.amounts = array("I", [0])
        """By turn: the items that one section holds under some of the policies and not under all, over all sections."""
        self.from_first = tuple(array("I", [0]) for _ in self.replays)
        """By policy, then by turn: as `amounts`, between the first policy and this one alone."""
        self._contexts = [Context() for _ in self.replays]
        self._keys = _keys_of_items(self.replays)
        _fold_turn(self.replays, self._contexts, 0)

    @property
    def compared(self) -> int:
        """The last turn that was looked at; 0 before the first."""
        return len(self.amounts) - 1

    @property
    def ready(self) -> int:
        """The last turn that can be looked at now: the last that every replay has computed and has at all."""
        return max(0, min((min(each.computed, each.turn_count) for each in self.replays), default=0))

    @property
    def first(self) -> int | None:
        """The first turn whose prompts differ, of those that were looked at."""
        return self.turns[0] if self.turns else None

    def advance(self, turns: int = 64) -> int:
        """Look at up to `turns` more turns; returns the last turn that was looked at."""
        for turn in range(self.compared + 1, min(self.ready, self.compared + turns) + 1):
            _fold_turn(self.replays, self._contexts, turn)
            apart = [0] * len(self.replays)
            amount = 0
            for name in COMPARED_SECTIONS:
                held = [keys(getattr(context, name)) for keys, context in zip(self._keys, self._contexts, strict=True)]
                if all(each == held[0] for each in held[1:]):
                    continue
                amount += len(reduce(or_, held)) - len(reduce(and_, held))
                for place, each in enumerate(held[1:], start=1):
                    apart[place] += len(held[0] ^ each)
            for column, count in zip(self.from_first, apart, strict=True):
                column.append(count)
            if amount:
                self.turns.append(turn)
            self.amounts.append(amount)
        return self.compared

    def after(self, turn: int) -> int | None:
        """The next turn after `turn` whose prompts differ, of those that were looked at."""
        place = bisect_right(self.turns, turn)
        return self.turns[place] if place < len(self.turns) else None

    def before(self, turn: int) -> int | None:
        """The last turn before `turn` whose prompts differ, of those that were looked at."""
        place = bisect_left(self.turns, turn)
        return self.turns[place - 1] if place else None


def divergence_at(replays: Sequence[Replay], turn: int) -> Divergence:
    """What differs between the prompts of `turn`, from the frames alone; without sections where nothing does.

    Raises IndexError for a turn that one of the replays has not computed.
    """
    frames = [replay.frame(turn) for replay in replays]
    return _divergence(
        turn, {name: held_alike(replays, [getattr(f, name) for f in frames]) for name in COMPARED_SECTIONS}
    )


def held_alike(replays: Sequence[Replay], ids: Sequence[Sequence[str]]) -> list[Held]:
    """For each replay the items called `ids`, under keys that are equal for items that are the same under both."""
    alike = _one_workload(replays)
    return [
        {(name if alike and replay.workload.items.find(name) is not None else (name, _text(replay, name))): name
         for name in names}
        for replay, names in zip(replays, ids, strict=True)
    ]  # fmt: skip


def divergences_in(replays: Sequence[Replay], turns: Iterable[int]) -> Iterator[Divergence]:
    """What differs at each of `turns` (ascending), in one pass over all events."""
    contexts = [Context() for _ in replays]
    wanted = frozenset(turns)
    for turn in range(max(wanted, default=-1) + 1):
        _fold_turn(replays, contexts, turn)
        if turn in wanted:
            yield (
                divergence_at(replays, turn)
                if not _one_workload(replays)
                else _divergence(turn, {name: _held_by(replays, contexts, name) for name in COMPARED_SECTIONS})
            )


def decisions_on(replays: Sequence[Replay], divergence: Divergence) -> tuple[list[PagingEvent], ...]:
    """Under each policy the events of that turn that moved, or refused to move, what differs."""
    ids = {name for section in divergence.sections for own in section.own for name in own}
    return tuple([event for event in _events_of(replay, divergence.turn) if _decides(event, ids)] for replay in replays)


def distinct_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """`labels` with `#2`, `#3` behind those that came before."""
    seen: dict[str, int] = {}
    result = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    return tuple(result)


def _one_workload(replays: Sequence[Replay]) -> bool:
    return all(replay.workload is replays[0].workload for replay in replays)


def _text(replay: Replay, name: str) -> str:
    return replay.memory(name).text


def _fold_turn(replays: Sequence[Replay], contexts: Sequence[Context], turn: int) -> None:
    for context, replay in zip(contexts, replays, strict=True):
        context.start_turn(turn)
        context.apply_log(replay.events, replay.event_span(turn))


def _held_by(replays: Sequence[Replay], contexts: Sequence[Context], section: str) -> list[Held]:
    """Over one workload an item's number is the same under every policy."""
    ids = replays[0].workload.items.ids
    return [{item: ids[item] for item in getattr(context, section)} for context in contexts]


def _keys_of_items(replays: Sequence[Replay]) -> list[Callable[[Mapping[int, object]], AbstractSet[int]]]:
    """For each replay what turns its item numbers into numbers that mean the same under all of them."""
    if _one_workload(replays):
        return [_own_numbers] * len(replays)
    common: dict[tuple[str, str], int] = {}
    return [_Translation(replay, common) for replay in replays]


def _own_numbers(section: Mapping[int, object]) -> AbstractSet[int]:
    return section.keys()


class _Translation:
    """Item numbers of one workload as those of a table that several share: an item is its id and its text."""

    def __init__(self, replay: Replay, common: dict[tuple[str, str], int]) -> None:
        self._items = replay.workload.items
        self._common = common
        self._known: dict[int, int] = {}

    def __call__(self, section: Mapping[int, object]) -> AbstractSet[int]:
        return frozenset(self._translated(item) for item in section)

    def _translated(self, item: int) -> int:
        number = self._known.get(item)
        if number is None:
            key = (self._items.ids[item], self._items.texts[item])
            number = self._known[item] = self._common.setdefault(key, len(self._common))
        return number


def _divergence(turn: int, sections: Mapping[str, Sequence[Held]]) -> Divergence:
    found = []
    for name, held in sections.items():
        if any(each.keys() != held[0].keys() for each in held[1:]):
            common = frozenset(held[0]).intersection(*held[1:])
            own = tuple(tuple(item_id for key, item_id in each.items() if key not in common) for each in held)
            found.append(SectionDifference(name, own))
    return Divergence(turn, tuple(found))


def _events_of(replay: Replay, turn: int) -> list[PagingEvent]:
    span = replay.event_span(turn)
    return replay.events[span.start : span.stop]


def _decides(event: PagingEvent, ids: set[str]) -> bool:
    if event.memory_id not in ids:
        return False
    moved = event.destination is not None and event.destination != event.origin
    return moved or event.action in ("reject", "drop", "quarantine")
