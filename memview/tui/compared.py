"""What the columns of the Compare screen look at: replays at one turn, and what of each core the others lack."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from memview.tui.position import Position, cursor_of
from memview.tui.scene import Scene
from memview.tui.views.core_view import slots_at

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.views import CoreSlot

_MOST_EVENTS = 2000
"""Events of a turn that are compared: loading 100,000 memories is no decision."""

_ELSEWHERE = ("summary", "retrieved", "window")
ONLY, SOME = "only", "some"
"""Marks of a resident: no other column holds it in its core; not every other one does."""


@dataclass(frozen=True, slots=True)
class Column:
    """One policy or fork of the comparison. `number` counts from 1, labels are distinct.

    `is_stopped`: its policy failed in the middle, no more turns will come.
    """

    number: int
    label: str
    replay: Replay
    is_stopped: bool = False

    @property
    def progress(self) -> str:
        """How far the replay has come; empty when it is complete."""
        replay = self.replay
        if replay.is_complete:
            return ""
        if self.is_stopped:
            return f"stopped after turn {replay.computed}"
        return f"computing {100 * max(0, replay.computed) // max(1, replay.turn_count)} %"


@dataclass(frozen=True, slots=True)
class ColumnScene:
    """A column at a turn. `marks` tells, by memory id, which residents the others do not all have, `event_marks` the
    same of the turn's events by `seq`, `elsewhere` of what is in the other sections: section, id, mark.

    `faults` and `evictions` are those so far, `reused` the tokens of the prompt's untouched prefix.
    """

    column: Column
    scene: Scene
    slots: tuple[CoreSlot, ...]
    marks: Mapping[str, str]
    event_marks: Mapping[int, str]
    elsewhere: tuple[tuple[str, str, str], ...]
    faults: int
    evictions: int
    reused: int


class Totals:
    """Faults and evictions from the first turn on, summed up once as the replay grows."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self._sums = {"fault": array("Q"), "evict": array("Q")}

    def at(self, action: str, position: Position) -> int:
        """How many of `action` have happened at `position`."""
        sums = self._sums[action]
        known, computed = len(sums), self.replay.computed + 1
        if known < computed:
            tally = self.replay.tally(action)[known:computed]
            start = sums[-1] if sums else 0
            sums.extend(total + start for total in accumulate(tally))
        if position.event is None:
            return sums[position.turn]
        before = sums[position.turn - 1] if position.turn else 0
        span = self.replay.event_span(position.turn)
        return before + sum(self.replay.events[seq].action == action for seq in range(span.start, position.event + 1))


def scenes_of(
    columns: Sequence[Column],
    positions: Sequence[Position],
    totals: Sequence[Totals],
    masks: Masks,
    agents: tuple[str, ...],
) -> tuple[ColumnScene | None, ...]:
    """Every column at its position; None for one that is not computed that far."""
    scenes = [
        _scene_at(column.replay, position, masks, agents) if _is_known(column.replay, position) else None
        for column, position in zip(columns, positions, strict=True)
    ]
    known = [scene for scene in scenes if scene is not None]
    marks, event_marks = _marks(known, "core"), _event_marks(known)
    elsewhere = {name: _marks(known, name) for name in _ELSEWHERE}
    return tuple(
        None
        if scene is None
        else ColumnScene(
            column=column,
            scene=scene,
            slots=tuple(slots_at(scene)),
            marks=marks[id(scene)],
            event_marks=event_marks[id(scene)],
            elsewhere=tuple(
                (name, memory_id, mark) for name in _ELSEWHERE for memory_id, mark in elsewhere[name][id(scene)].items()
            ),
            faults=summed.at("fault", position),
            evictions=summed.at("evict", position),
            reused=column.replay.reused_tokens(position.turn),
        )
        for column, scene, position, summed in zip(columns, scenes, positions, totals, strict=True)
    )


def _is_known(replay: Replay, position: Position) -> bool:
    return position.turn <= min(replay.computed, replay.turn_count)


def _scene_at(replay: Replay, position: Position, masks: Masks, agents: tuple[str, ...]) -> Scene:
    """As `scene_at`, without the events as objects: the columns read those in sight from the log."""
    turn = position.turn
    return Scene(
        replay=replay,
        position=position,
        frame=replay.frame(turn) if position.event is None else replay.frame_at(position.event),
        before=None,
        turn=replay.session.turns[turn - 1] if turn > 0 else None,
        happened=(),
        cursor=cursor_of(replay, position),
        span=replay.event_span(turn),
        masks=masks,
        agents=agents,
    )


def _marks(scenes: Sequence[Scene], section: str) -> dict[int, dict[str, str]]:
    """By scene: what of a section of its prompt those of the others lack."""
    from memview.replay.divergence import held_alike

    items = [getattr(scene.frame, section) for scene in scenes]
    if all(each == items[0] for each in items) and _is_one_session(scenes):
        return {id(scene): {} for scene in scenes}
    held = held_alike([scene.replay for scene in scenes], items)
    holders: dict[object, int] = {}
    for each in held:
        for key in each:
            holders[key] = holders.get(key, 0) + 1
    marks: dict[int, dict[str, str]] = {}
    for scene, each in zip(scenes, held, strict=True):
        lacking = {name: holders[key] for key, name in each.items() if holders[key] < len(scenes)}
        marks[id(scene)] = {name: ONLY if count == 1 else SOME for name, count in lacking.items()}
    return marks


def _is_one_session(scenes: Sequence[Scene]) -> bool:
    return all(scene.replay.workload is scenes[0].replay.workload for scene in scenes)


def _event_marks(scenes: Sequence[Scene]) -> dict[int, dict[int, str]]:
    """By scene: the events of its turn that not all other columns have, of the same item from and to the same place."""
    alike = _is_one_session(scenes)
    told: list[dict[tuple[object, ...], list[int]]] = []
    tellers: dict[tuple[object, ...], int] = {}
    for scene in scenes:
        log, ids = scene.replay.events, scene.replay.workload.items.ids
        said: dict[tuple[object, ...], list[int]] = {}
        for seq in scene.span[:_MOST_EVENTS]:
            item = log.items[seq]
            name = item if alike or item < 0 else ids[item]
            said.setdefault((log.actions[seq], name, log.origins[seq], log.destinations[seq]), []).append(seq)
        told.append(said)
        for what in said:
            tellers[what] = tellers.get(what, 0) + 1
    return {
        id(scene): {
            seq: ONLY if tellers[what] == 1 else SOME
            for what, seqs in said.items()
            if tellers[what] < len(scenes)
            for seq in seqs
        }
        for scene, said in zip(scenes, told, strict=True)
    }
