"""The part of the Map screen that moves: a position of its own, stepped, jumped and played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.timer import Timer

from memview.tui.playback import Playback
from memview.tui.position import (
    Position,
    at_event,
    at_turn,
    cursor_of,
    last_turn,
    step_events,
    step_turns,
)
from memview.tui.screens.landing import Landing

if TYPE_CHECKING:
    from memview.replay import Replay

_WORD_SECONDS = 3.0
_KINDS = {"evict": "eviction", "fault": "page fault", "loss": "loss"}


class MapTravel(Landing, Screen[Position]):
    """Stands at a position of `replay`, not beyond the turn `reached`; whatever moves it, it is drawn once."""

    def __init__(self, replay: Replay, here: Position, turns_per_second: float) -> None:
        super().__init__()
        self.replay = replay
        self.position = here
        self.playback = Playback(turns_per_second)
        self._timer: Timer | None = None

    @property
    def reached(self) -> int:
        """The last turn that can be shown."""
        raise NotImplementedError

    def refresh_soon(self) -> None:
        """Draw when the messages that wait are dealt with."""
        raise NotImplementedError

    def go(self, position: Position) -> None:
        """Stand at `position`, or at the last turn that can be shown."""
        if position.turn > self.reached:
            position = Position(max(0, self.reached))
        if position != self.position:
            self.position = position
            self.refresh_soon()

    def say(self, words: str) -> None:
        """A word about the key that was just pressed, in place of the one before it."""
        self.app.clear_notifications()
        self.notify(words, timeout=_WORD_SECONDS, markup=False)

    def action_step_forward(self) -> None:
        self.go(step_turns(self.replay, self.position, 1))

    def action_step_back(self) -> None:
        self.go(step_turns(self.replay, self.position, -1))

    def action_event_forward(self) -> None:
        self.go(step_events(self.replay, self.position, 1))

    def action_event_back(self) -> None:
        self.go(step_events(self.replay, self.position, -1))

    def action_go_first(self) -> None:
        self.go(Position(0))

    def action_go_last(self) -> None:
        self.go(at_turn(self.replay, self.replay.turn_count))

    def action_go_to(self) -> None:
        """Ask for a turn, an event, a step."""
        from memview.tui.dialogs.go_to import GoToDialog

        self.app.push_screen(GoToDialog(self.replay, self.position), self._asked)

    def _asked(self, position: Position | None) -> None:
        if position is not None:
            self.go(position)

    # Run to

    def run_to(self, kind: str, direction: int) -> None:
        from memview.replay.landmarks import next_of_kind

        found = next_of_kind(self.replay, kind, cursor_of(self.replay, self.position), direction)
        if found is None or self.replay.turn_of(found) > self.reached:
            self.say(f"No {'further' if direction > 0 else 'earlier'} {_KINDS[kind]}.")
        else:
            self.go(at_event(self.replay, found))

    def run_to_change(self, memory_id: str | None, direction: int) -> bool:
        """Go to where the item changes next (1) or changed last (-1); False when that is nowhere."""
        from memview.replay.landmarks import next_change

        if memory_id is None:
            return False
        found = next_change(self.replay, memory_id, cursor_of(self.replay, self.position), direction)
        if found is None or self.replay.turn_of(found) > self.reached:
            return False
        self.go(at_event(self.replay, found))
        return True

    # Play

    def action_play_toggle(self) -> None:
        if not self.playback.is_playing and self.position == Position(self.replay.turn_count):
            self.say("Nothing is left to play: this is the last turn.")
        else:
            self._play(not self.playback.is_playing)

    def action_play_faster(self) -> None:
        self._change_speed(1)

    def action_play_slower(self) -> None:
        self._change_speed(-1)

    def _change_speed(self, steps: int) -> None:
        self.playback.change_speed(steps)
        self._play(self.playback.is_playing)
        if not self.playback.is_playing:
            self.say(f"Plays at {self.playback.speed:g}×.")

    def _play(self, playing: bool) -> None:
        self.playback.is_playing = playing
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if playing:
            self._timer = self.set_interval(self.playback.seconds_per_turn, self._play_step)
        self.refresh_soon()

    def _play_step(self) -> None:
        if self.app.screen is not self or self.reached < 0:
            return
        if self.position == Position(last_turn(self.replay)) and self.replay.is_complete:
            self._play(False)
        else:
            self.action_step_forward()
