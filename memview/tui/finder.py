"""Filtering the event log: which events hold a text, looked for in slices so that a thread can be stopped."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from typing import TYPE_CHECKING

from memview.tui.position import event_count

if TYPE_CHECKING:
    from memview.model import PagingEvent
    from memview.replay import Replay

_SLICE = 1000
_BREATH_SECONDS = 0.001


def agent_word(agent: str) -> str:
    """What a filter for the turns of `agent` looks for: `@planner`."""
    return "@" + "_".join(agent.split())


class Finder:
    """The events of one replay that hold every word of `text` in their action, id, places or reason, in any case.

    `@name` is the agent that acts in the event's turn, its blanks written as `_`. Grows with the replay.
    """

    def __init__(self, replay: Replay, text: str) -> None:
        self.replay = replay
        self.text = text
        self.matches = array("I")
        self.searched = 0
        self._words = text.casefold().split()

    @property
    def is_done(self) -> bool:
        """Nothing is left to look at for now."""
        return self.searched >= event_count(self.replay)

    def run_for(self, seconds: float) -> None:
        """Look at as many events as that time allows, so that a short log needs no thread."""
        end = time.monotonic() + seconds
        while not self.is_done and time.monotonic() < end:
            self._look()

    def run(self, is_cancelled: Callable[[], bool]) -> None:
        """Look at all events computed so far."""
        while not self.is_done and not is_cancelled():
            self._look()
            time.sleep(_BREATH_SECONDS)

    def _look(self) -> None:
        stop = min(self.searched + _SLICE, event_count(self.replay))
        self.matches.extend(event.seq for event in self.replay.events[self.searched : stop] if self._fits(event))
        self.searched = stop

    def _agent(self, event: PagingEvent) -> str:
        agent = self.replay.session.turns[event.turn - 1].agent if event.turn else None
        return agent_word(agent) if agent else ""

    def _fits(self, event: PagingEvent) -> bool:
        places = f"{event.origin or ''} {event.destination or ''}"
        held = f"{event.action} {event.memory_id or ''} {places} {event.reason}".casefold()
        agent = self._agent(event).casefold()
        return all(word in held or word == agent for word in self._words)
