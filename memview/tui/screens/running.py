"""The part of the inspector that runs: to breakpoints, faults, evictions, losses, changes, and into tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.lines import grouped_number
from memview.tui.position import at_event, cursor_of, last_turn, step_turns
from memview.tui.screens.landing import Landing
from memview.tui.screens.trailing import Trailing

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.breakpoints import Breakpoint, BreakpointSearch, Stop

_STOP_SECONDS = 8.0
_LANDMARKS = {"fault": "fault", "evict": "eviction", "loss": "loss"}


class Running(Landing, Trailing):
    """A run that needs what is not searched or computed yet waits for it, and any other step ends it."""

    def action_run_on(self) -> None:
        """On to the next hit of a breakpoint."""
        self._run(1)

    def action_run_back(self) -> None:
        """Back to the hit before."""
        self._run(-1)

    def _run(self, direction: int, *, told: bool = False) -> None:
        """Run once, or wait for what is not known yet; of that one is told once."""
        replay, notebook = self.replay, self._notebook
        if replay is None or notebook is None:
            return
        waiting, self._awaited_run = self._awaited_run, 0
        waiting = waiting if waiting * direction > 0 else 0
        enabled = [each for each in notebook.breakpoints if each.enabled]
        if not enabled:
            self._say("No breakpoint is on: b sets one." if not notebook.breakpoints else "All breakpoints are off.")
            return
        search = self.search_of(replay)
        if search is None:
            return
        cursor = cursor_of(replay, self.here)
        stop = search.next_stop(enabled, cursor, direction)
        if not search.knows(enabled, cursor, stop, direction):
            self._awaited_run = waiting + direction
            self._search_on()
            if not (waiting or told):
                self._say("Searching; the hit is shown when it is found.")
        elif stop is not None:
            self._arrive(stop)
        elif direction > 0 and not replay.is_complete and not self.computer.has_stopped(replay):
            self._awaited_run = waiting + direction
            if not (waiting or told):
                turn = grouped_number(last_turn(replay))
                self._say(f"No hit up to turn {turn}; the run goes on while more is computed. Any step ends it.")
        else:
            self._say(no_hit_words(search, enabled, direction))

    def _arrive(self, stop: Stop) -> None:
        """Stand at a hit, and say which breakpoint it was, with what it looked at."""
        replay = self.replay
        if replay is None:
            return
        self._jump(at_event(replay, stop.seq))
        self.app.clear_notifications()
        self.notify(self._stop_words(replay, stop), title=f"● Hit {stop.number}", timeout=_STOP_SECONDS, markup=False)

    def _stop_words(self, replay: Replay, stop: Stop) -> str:
        from memview.model.display import printable
        from memview.replay.breakpoints import read_breakpoint, values_at
        from memview.tui.scene import scene_at
        from memview.tui.views.watch_view import may_be_seen, values_line

        search = self.search_of(replay)
        if search is None:
            return ""
        memory_id = replay.events[stop.seq].memory_id
        scene = scene_at(replay, at_event(replay, stop.seq), self.masks)
        values = values_at(read_breakpoint(stop.breakpoint.source).names, search.signals(stop.seq))
        shown = [(name, may_be_seen(value, (name,), memory_id, scene)) for name, value in values]
        if memory_id is not None and "memory_id" not in dict(shown):
            shown.append(("memory_id", memory_id))
        turn = replay.turn_of(stop.seq)
        number = stop.seq - replay.event_span(turn).start + 1
        return f"{printable(stop.breakpoint.source)}\nat event {turn}.{number}: {values_line(shown)}"

    def _play_step(self) -> None:
        """Playing stops at a breakpoint, as running does."""
        replay, notebook = self.replay, self._notebook
        if replay is not None and notebook is not None and notebook.breakpoints and self.app.screen is self:
            search = self.search_of(replay)
            ahead = cursor_of(replay, step_turns(replay, self.here, 1))
            if search is not None and not search.has_searched(notebook.breakpoints, ahead):
                # The next tick will know; going on now might run past a hit.
                self._search_on()
                return
            stop = search and search.next_stop(notebook.breakpoints, cursor_of(replay, self.here), 1)
            if stop and stop.seq <= ahead:
                self._play(False)
                self._arrive(stop)
                return
        super()._play_step()

    def run_to(self, kind: str, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        from memview.replay.landmarks import next_of_kind

        found = next_of_kind(replay, kind, cursor_of(replay, self.here), direction)
        self._stand_at(found, _LANDMARKS[kind], direction)

    def action_change_next(self) -> None:
        self._run_to_change(1)

    def action_change_previous(self) -> None:
        self._run_to_change(-1)

    def _run_to_change(self, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        from memview.model.display import printable
        from memview.replay.landmarks import next_change

        target = self.pane.target
        if target is None:
            self._say("No memory is under the cursor: choose one in a pane.")
            return
        found = next_change(replay, target, cursor_of(replay, self.here), direction)
        self._stand_at(found, f"change of {printable(target)}", direction)

    def _stand_at(self, seq: int | None, what: str, direction: int) -> None:
        replay = self.replay
        if replay is None:
            return
        if seq is not None:
            self._jump(at_event(replay, seq))
        elif direction > 0 and not replay.is_complete:
            self._say(f"No further {what} up to turn {grouped_number(last_turn(replay))}; computing goes on.")
        else:
            self._say(f"No {'further' if direction > 0 else 'earlier'} {what}.")

    def action_call_step(self) -> None:
        """Into the next tool call of the turn, event by event through it, and out at its end."""
        replay = self.replay
        if replay is None:
            return
        from memview.tui.tool_steps import step_into_call

        position, words = step_into_call(replay, self.here)
        if position is not None:
            self.move_to(position)
        self._say(words)


def no_hit_words(search: BreakpointSearch, enabled: list[Breakpoint], direction: int) -> str:
    """Why a run stayed where it was."""
    hits = [found for each in enabled if (found := search.hits(each.source)) is not None]
    events = grouped_number(search.available)
    if not hits:
        return "The breakpoints that are on cannot be read: x shows them."
    if not any(len(each.seqs) for each in hits):
        which = f"Never hits: {enabled[0].source}" if len(enabled) == 1 else f"None of {len(enabled)} breakpoints hits"
        return f"{which} (all {events} events searched)."
    return f"No {'further' if direction > 0 else 'earlier'} hit."
