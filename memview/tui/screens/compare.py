"""Compare: two to four policies or forks in columns on one cursor, and from divergence to divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.timer import Timer

from memview.tui.actions import COMPARE, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.lines import grouped_number
from memview.tui.position import Position, last_turn, step_events
from memview.tui.screens.compare_board import Bench, CompareBoard
from memview.tui.screens.compare_pane import ColumnPane
from memview.tui.screens.compare_stage import ALL_SLOTS, MOST_COLUMNS, PROMPTS
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.divergence_strip import FirstDivergenceAsked
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.timeline import Scrubbed

if TYPE_CHECKING:
    from memview.model import PolicySpec

__all__ = ["Bench", "CompareScreen"]

_LEAST_COLUMNS = 2


class CompareScreen(CompareBoard):
    """Answers with the lane and the position to show in the inspector."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(COMPARE))
    _timer: Timer | None = None

    # Time travel

    def action_step_forward(self) -> None:
        self._step_turns(1)

    def action_step_back(self) -> None:
        self._step_turns(-1)

    def _step_turns(self, turns: int) -> None:
        inside = self.position.event is not None and turns > 0
        self.go_to_turn(self.position.turn + turns - inside)

    def go_to_turn(self, turn: int) -> None:
        """Stand at the end of `turn`, or of the nearest one that a column has computed."""
        self.move_to(Position(max(0, min(turn, self.reached))))

    def action_event_forward(self) -> None:
        self._step_events(1)

    def action_event_back(self) -> None:
        self._step_events(-1)

    def _step_events(self, count: int) -> None:
        if self.position.turn > last_turn(self.replay):
            self.say(f"{self.column.label} has not come as far as this turn.")
        else:
            self.move_to(step_events(self.replay, self.position, count))

    def action_go_first(self) -> None:
        self.go_to_turn(0)

    def action_go_last(self) -> None:
        self.go_to_turn(self.turns)
        if self.reached < self.turns:
            self.say(f"Computing: turn {grouped_number(self.reached)} is the last one so far.")

    def action_go_to(self) -> None:
        from memview.tui.dialogs.go_to import GoToDialog

        self.app.push_screen(GoToDialog(self.replay, self._nearest(self.position)), self._went_to)

    def _went_to(self, position: Position | None) -> None:
        if position is not None:
            self.move_to(position)

    def _nearest(self, position: Position) -> Position:
        """`position`, or the end of the last turn that the focused column has computed."""
        last = last_turn(self.replay)
        return position if position.turn <= last else Position(last)

    def on_scrubbed(self, message: Scrubbed) -> None:
        self.go_to_turn(max(1, message.turn))

    # Playing

    def action_play_toggle(self) -> None:
        if not self.playback.is_playing and self.position == Position(self.turns):
            self.say("Nothing is left to play: this is the last turn." if self.turns else "This session has no turns.")
        else:
            self._play(not self.playback.is_playing)

    def action_play_faster(self) -> None:
        self._change_speed(1)

    def action_play_slower(self) -> None:
        self._change_speed(-1)

    def _play(self, playing: bool) -> None:
        self.playback.is_playing = playing
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if playing:
            self._timer = self.set_interval(self.playback.seconds_per_turn, self._play_step)
        self.refresh_soon()

    def _change_speed(self, steps: int) -> None:
        self.playback.change_speed(steps)
        self._play(self.playback.is_playing)
        if not self.playback.is_playing:
            self.say(f"Plays at {self.playback.speed:g}×.")

    def _play_step(self) -> None:
        if self.app.screen is not self:
            return
        if self.position == Position(self.turns):
            self._play(False)
        else:
            self._step_turns(1)

    # Divergences

    def action_divergence_next(self) -> None:
        self._to_divergence(self.divergences.after(self.position.turn), "further")

    def action_divergence_previous(self) -> None:
        self._to_divergence(self.divergences.before(self.position.turn), "earlier")

    def action_divergence_first(self) -> None:
        self._to_divergence(self.divergences.first, "")

    def _to_divergence(self, turn: int | None, which: str) -> None:
        found = self.divergences
        if turn is not None:
            self.move_to(Position(turn))
        elif which != "earlier" and found.compared < self.turns:
            words = f"No {which} divergence".replace("  ", " ")
            goes_on = "; comparing goes on" if self.is_growing or found.compared < found.ready else ""
            self.say(f"{words} up to turn {grouped_number(found.compared)}{goes_on}.")
        elif found.first is None:
            self.say(f"No divergence: the prompts of all {grouped_number(self.turns)} turns hold the same.")
        else:
            first, last = grouped_number(found.turns[0]), grouped_number(found.turns[-1])
            end = f"the first is turn {first}" if which == "earlier" else f"the last is turn {last}"
            self.say(f"No {which} divergence: {end}.")

    def on_first_divergence_asked(self, _: FirstDivergenceAsked) -> None:
        self.action_divergence_first()

    def action_prompts_toggle(self) -> None:
        """The prompts of the turn against each other, or the columns again."""
        self.toggle_class(PROMPTS)
        if self.shows_prompts:
            self.query_one("#prompts", Pane).focus()
        else:
            self.focus_column(self.focused_place)
        self.refresh_soon()

    # Columns

    def action_column_next(self) -> None:
        self.focus_column(self.focused_place + 1)

    def action_column_previous(self) -> None:
        self.focus_column(self.focused_place - 1)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, ColumnPane):
            self.focus_column(self.place_on_screen(event.widget))

    def action_column_policy(self) -> None:
        """Another policy in the focused column."""
        self._choose(self.focused_place)

    def action_column_add(self) -> None:
        """One more column."""
        if len(self.columns) == MOST_COLUMNS:
            self.say(f"{MOST_COLUMNS} columns are the most: p changes the policy of one, D takes one off.")
        else:
            self._choose(len(self.columns))

    def action_column_remove(self) -> None:
        """The focused column goes; its lane stays loaded."""
        if len(self.columns) == _LEAST_COLUMNS:
            self.say("Two columns are the least that can be compared.")
        else:
            self.remove_lane(self.focused_place)

    def action_lane_next(self) -> None:
        self._other_lane(1)

    def action_lane_previous(self) -> None:
        self._other_lane(-1)

    def _other_lane(self, step: int) -> None:
        """The next loaded lane that has no column takes the place of the focused one."""
        count = self.lane_count
        free = ((self.lane + step * away) % count for away in range(1, count))
        lane = next((each for each in free if not self.has_lane(each)), None)
        if lane is None:
            self.say("Every loaded policy has a column; p loads another one.")
        else:
            self.show_lane(self.focused_place, lane)

    def _choose(self, place: int) -> None:
        from memview.tui.dialogs.policy_choice import PolicyDialog

        dialog = PolicyDialog(self.replay.spec.label, self.labels)
        dialog.QUESTION = "Another column" if place == len(self.columns) else f"Policy of column {place + 1}"
        self.app.push_screen(dialog, lambda policy: self._chosen(place, policy))

    def _chosen(self, place: int, policy: PolicySpec | None) -> None:
        if policy is not None:
            self.load_into(place, policy)

    def choose_policy(self, policy: PolicySpec) -> None:
        """`policy` in the focused column (the command palette asks for it)."""
        self.load_into(self.focused_place, policy)

    def action_slots_fold(self) -> None:
        """List what every column holds, or only count it."""
        self.toggle_class(ALL_SLOTS)
        shown = self.has_class(ALL_SLOTS)
        self.say("Lists all residents." if shown else "Long cores list only what differs or moves.")
        self.refresh_soon()

    # Memories

    def _memory_under_cursor(self) -> tuple[int, str] | None:
        """The column and the id of what the cursor is on."""
        pane = self.query_one("#prompts", Pane) if self.shows_prompts else self._focused_pane
        kind, _, rest = (pane.target or "").partition(" ")
        if kind == "slot":
            return self.focused_place, rest
        if kind == "event":
            return self.focused_place, self.replay.events[int(rest)].memory_id or ""
        if kind == "item":
            number, _, memory_id = rest.partition(" ")
            return int(number) - 1, memory_id
        return None

    @property
    def _focused_pane(self) -> ColumnPane:
        return self.pane_of(self.focused_place - self._first_shown)

    def action_memory_open(self) -> None:
        """The whole life of what is under the cursor, under the policy of its column."""
        found = self._memory_under_cursor()
        if found is None:
            self.say("No memory is under the cursor.")
            return
        from memview.tui.screens.memory import MemoryScreen

        place, memory_id = found
        replay = self.columns[place].replay
        here = self.position if place == self.focused_place else Position(self.position.turn)
        self.app.push_screen(MemoryScreen(replay, memory_id, here, self.masks), lambda to: self._came_back(place, to))

    def _came_back(self, place: int, position: Position | None) -> None:
        self.refresh_soon()
        if position is not None:
            self.focus_column(place)
            self.move_to(position)

    def on_pane_opened(self) -> None:
        self.action_memory_open()

    def action_copy_row(self) -> None:
        """What is under the cursor as JSON; without anything, the frame of the focused column."""
        from memview.tui.row_json import row_json

        found = self._memory_under_cursor()
        scene = self.scene_of(self.focused_place if found is None else found[0])
        if scene is not None:
            copied = row_json(scene, "core", None if found is None else found[1])
            copy_json(self, copied)

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive on every screen, or mask it again."""
        self.masks.toggle()
        self.refresh_soon()

    # Leaving, and what is clicked

    def action_compare_close(self) -> None:
        """From the prompts back to the columns, from there to the inspector with the focused column's lane."""
        if self.shows_prompts:
            self.action_prompts_toggle()
        else:
            self.dismiss((self.lane, self._nearest(self.position)))

    async def on_click_bar_chosen(self, message: ClickBar.Chosen) -> None:
        if message.bar.id == "tabs":
            self.focus_column(int(message.name))
        elif message.bar.id == "title":
            await self.run_action(message.name)

    def on_column_pane_title_pressed(self, message: ColumnPane.TitlePressed) -> None:
        self._choose(self.place_on_screen(message.pane))
