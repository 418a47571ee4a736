"""The context: what is in the prompt, as a fold over events. The kernel and every frame use this one fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from memview.kernel.event_log import ACTION_CODE, NO_ITEM, PLACE_CODE, EventLog
from memview.kernel.items import ItemTable
from memview.model.frame import Custody

_CORE, _WINDOW = PLACE_CODE["core"], PLACE_CODE["window"]
_SUMMARY, _RETRIEVED = PLACE_CODE["summary"], PLACE_CODE["retrieved"]
_NOWHERE, _COLD = PLACE_CODE["nowhere"], PLACE_CODE["cold"]
_INSERT, _HIT, _MERGE = ACTION_CODE["insert"], ACTION_CODE["hit"], ACTION_CODE["merge"]
_PIN = ACTION_CODE["pin"]
_PINS = {_PIN, ACTION_CODE["unpin"]}
_AWAY = {_NOWHERE, _COLD}
_SECTIONS = {_WINDOW, _SUMMARY, _RETRIEVED}


class Residency(NamedTuple):
    """What the fold knows of a resident page: turns are 1-based, `uses` counts references since it came in."""

    entered: int
    last_used: int
    uses: int


class Context:
    """Item numbers in each section of the prompt, in prompt order, and what the fold needs for custody.

    `merged` has, by what stands for them, the duplicates that were merged into it and have not come back.
    `pins` are what a person pinned (True) or unpinned since. What was retrieved lasts for one turn: an event of a later
    turn empties it. Applying an event costs O(1).
    """

    __slots__ = ("cold", "core", "known", "lost", "merged", "pins", "retrieved", "summary", "turn", "window")

    def __init__(self) -> None:
        self.turn = 0
        self.core: dict[int, Residency] = {}
        self.window: dict[int, None] = {}
        self.summary: dict[int, None] = {}
        self.retrieved: dict[int, None] = {}
        self.lost: dict[int, None] = {}
        self.cold: dict[int, None] = {}
        self.merged: dict[int, dict[int, None]] = {}
        self.pins: dict[int, bool] = {}
        self.known = 0

    def _section(self, place: int) -> dict[int, None]:
        if place == _WINDOW:
            return self.window
        if place == _SUMMARY:
            return self.summary
        return self.retrieved

    def _away(self, place: int) -> dict[int, None]:
        return self.lost if place == _NOWHERE else self.cold

    def start_turn(self, turn: int) -> None:
        """Begin `turn`: what the turn before retrieved is gone."""
        if turn != self.turn:
            self.turn = turn
            self.retrieved.clear()

    def apply(self, turn: int, action: int, item: int, origin: int, destination: int, cover: int = NO_ITEM) -> None:
        """Fold one event in, given by its codes; `cover` is the item that stands for `item` from then on."""
        if turn != self.turn:
            self.start_turn(turn)
        if action == _INSERT:
            self.known += 1
        if destination < 0 or destination == origin:
            self._stay(turn, action, item)
            return
        if origin == _CORE:
            self.core.pop(item, None)
        elif origin in _SECTIONS:
            self._section(origin).pop(item, None)
        if destination == _CORE:
            self.core[item] = Residency(turn, turn, 1)
        elif destination in _SECTIONS:
            self._section(destination)[item] = None
        if origin in _AWAY:
            self._away(origin).pop(item, None)
            if self.merged:
                self._unmerge(item)
        if destination in _AWAY:
            self._away(destination)[item] = None
        if action == _MERGE and cover >= 0:
            self.merged.setdefault(cover, {})[item] = None

    def _stay(self, turn: int, action: int, item: int) -> None:
        """Fold in an event that moves nothing."""
        if action == _HIT and item in self.core:
            entered, _, uses = self.core[item]
            self.core[item] = Residency(entered, turn, uses + 1)
        elif action in _PINS:
            self.pins[item] = action == _PIN

    def _unmerge(self, item: int) -> None:
        """`item` has come back: nothing stands for it as its duplicate any more."""
        for cover in [cover for cover, those in self.merged.items() if item in those]:
            del self.merged[cover][item]
            if not self.merged[cover]:
                del self.merged[cover]

    def apply_log(self, log: EventLog, events: Iterable[int]) -> None:
        """Fold in the events with these `seq` numbers, in order."""
        turns, actions, items = log.turns, log.actions, log.items
        origins, destinations, covers = log.origins, log.destinations, log.covers
        for seq in events:
            self.apply(turns[seq], actions[seq], items[seq], origins[seq], destinations[seq], covers[seq])

    def in_window(self, items: ItemTable) -> list[int]:
        """The messages of the window in the order of the prompt: a placeholder stands where its source stood."""
        window = list(self.window)
        if window and items.is_derived(max(window)):
            window.sort(key=items.place_in_time)
        return window

    def visible(self) -> dict[int, None]:
        """Items whose own text is in the prompt."""
        return {**dict.fromkeys(self.core), **self.summary, **self.retrieved, **self.window}

    def covered(self, items: ItemTable, visible: dict[int, None]) -> set[int]:
        """Items that something in the prompt stands for and names as a source, and that are not in it themselves."""
        sources = items.sources
        standing: set[int] = set()
        for item in visible if len(visible) < len(sources) else list(sources):
            if item in visible and item in sources:
                standing.update(sources[item])
        if self.merged:
            self._add_merged(standing, visible, items)
        return standing.difference(visible)

    def _add_merged(self, standing: set[int], visible: dict[int, None], items: ItemTable) -> None:
        """Add the duplicates of what is in the prompt or covered, theirs, and what those were made from."""
        waiting = [cover for cover in self.merged if cover in visible or cover in standing]
        while waiting:
            for item in self.merged.get(waiting.pop(), ()):
                found = {item, *items.sources.get(item, ())} - standing
                standing |= found
                waiting.extend(found)

    def custody(self, items: ItemTable) -> Custody:
        """The four counts; they add up to every item that an event has inserted so far."""
        visible = self.visible()
        covered = self.covered(items, visible)
        lost = sum(1 for item in self.lost if item not in visible and item not in covered) if self.lost else 0
        return Custody(len(visible), len(covered), self.known - len(visible) - len(covered) - lost, lost)

    def copy(self) -> Context:
        """An independent copy (a checkpoint)."""
        twin = Context()
        twin.turn, twin.known = self.turn, self.known
        twin.core, twin.window = self.core.copy(), self.window.copy()
        twin.summary, twin.retrieved = self.summary.copy(), self.retrieved.copy()
        twin.lost, twin.cold = self.lost.copy(), self.cold.copy()
        twin.pins = self.pins.copy()
        twin.merged = {cover: those.copy() for cover, those in self.merged.items()}
        return twin

    @property
    def weight(self) -> int:
        """How many entries a copy holds."""
        prompt = len(self.core) + len(self.window) + len(self.summary) + len(self.retrieved)
        return prompt + len(self.lost) + len(self.cold) + sum(map(len, self.merged.values()))
