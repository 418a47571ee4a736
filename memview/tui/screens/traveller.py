"""The part of the inspector that moves: one position, stepping, playing. Whatever moves it, every pane follows once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from memview.settings import BudgetSettings, Settings
from memview.tui.lines import grouped_number
from memview.tui.playback import Playback
from memview.tui.position import Position, at_turn, last_turn, step_events, step_matches, step_turns
from memview.tui.scene import Scene, agents_of, fallbacks_of, no_masks_lifted, scene_at
from memview.tui.screens.workbench import Workbench
from memview.tui.views.header_view import Status
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.timeline import Filtered

if TYPE_CHECKING:
    from memview.model import Session
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.governance_routes import Fallbacks


_WORD_SECONDS = 3.0


class Traveller(Workbench):
    """Stands at a position and draws the scene there."""

    def __init__(self, path: Path, policies: Sequence[str], budgets: BudgetSettings, settings: Settings) -> None:
        super().__init__(path, policies, budgets, settings)
        self.position = Position(1)
        self.scene: Scene | None = None
        self.playback = Playback(settings.play_speed)
        self._timer: Timer | None = None
        self._is_stale = False
        self._masks: Masks | None = None
        self._company: tuple[Session, tuple[str, ...]] | None = None
        self._fallbacks: Fallbacks | None = None

    @property
    def masks(self) -> Masks:
        """What may be seen of texts, on every screen over this session."""
        if self._masks is None:
            self._masks = no_masks_lifted()
        return self._masks

    @property
    def here(self) -> Position:
        """Where the next step starts from: the position, as far as it is computed."""
        replay = self.replay
        if replay is None or self.position.turn <= last_turn(replay):
            return self.position
        return at_turn(replay, self.position.turn)

    def move_to(self, position: Position) -> None:
        """Stand at `position`. Every pane follows, once, however many keys came in between."""
        self.computer.hold()
        if position != self.position:
            self.position = position
            self.refresh_soon()

    def refresh_soon(self) -> None:
        """Draw everything when the messages that wait are dealt with."""
        if not self._is_stale:
            self._is_stale = True
            self.call_later(self._refresh_now)

    def refresh_progress(self) -> None:
        """More turns are computed; all but the timeline and the header stays when the position was there already."""
        if self.scene is None or self.scene.replay is not self.replay or self.scene.position != self.position:
            self.refresh_soon()
        else:
            self.draw_progress()
            self.draw_status(self._status())

    def _refresh_now(self) -> None:
        self._is_stale = False
        replay = self.replay
        self.scene = None if replay is None or self._waits_for_turn_1(replay) else self._scene_of(replay)
        if self._masks is not None:
            self._masks.drawn = 0
        self.draw_scene(self.scene, self._shown_filter())
        self.draw_status(self._status())

    def _scene_of(self, replay: Replay) -> Scene:
        """The scene here, with what is worked out once for a session or a replay and not at every step."""
        if self._company is None or self._company[0] is not replay.session:
            self._company = (replay.session, agents_of(replay.session))
        if self._fallbacks is None or self._fallbacks.replay is not replay:
            self._fallbacks = fallbacks_of(replay)
        return scene_at(replay, self.here, self.masks, self._company[1], self._fallbacks)

    def on_pane_resized(self, message: Pane.Resized) -> None:
        """A pane that comes into sight may hold something masked, which the header says."""
        super().on_pane_resized(message)
        message.prevent_default()
        self.draw_status(self._status())

    def _waits_for_turn_1(self, replay: Replay) -> bool:
        return self.position.turn > 0 and replay.computed == 0 and replay.turn_count > 0

    def _status(self) -> Status:
        replay, scene, masks = self.replay, self.scene, self._masks
        inside = scene is not None and not scene.is_end_of_turn
        return Status(
            session=replay.session.session_id if replay else self.path.name,
            title=replay.session.title if replay else "",
            policies=self.lanes.labels or self.policies,
            active=self.lanes.index,
            budget=replay.budgets.core if replay else None,
            turn=scene.position.turn if scene else 0,
            turns=replay.turn_count if replay else 0,
            event=f"event {scene.position.turn}.{scene.event_number}" if scene and inside else "",
            playing=self.playback.is_playing,
            speed=self.playback.speed,
            busy=self.busy,
            warnings=len(self.warnings),
            masking="" if masks is None else "revealed" if masks.revealed else "masked" if masks.drawn else "",
            what_if=self.lanes.active.what_if if self.lanes.active else "",
            agent=scene.agent_of(scene.position.turn) if scene else "",
        )

    def _shown_filter(self) -> Filtered | None:
        finder = self.finder
        return None if finder is None else Filtered(finder.text, finder.matches, not finder.is_done)

    def action_step_forward(self) -> None:
        self._step_turns(1)

    def action_step_back(self) -> None:
        self._step_turns(-1)

    def action_event_forward(self) -> None:
        if self.replay is not None:
            self.move_to(step_events(self.replay, self.here, 1))

    def action_event_back(self) -> None:
        if self.replay is not None:
            self.move_to(step_events(self.replay, self.here, -1))

    def action_go_first(self) -> None:
        self.move_to(Position(0))

    def action_go_last(self) -> None:
        replay = self.replay
        if replay is None:
            return
        self.move_to(at_turn(replay, replay.turn_count))
        if last_turn(replay) < replay.turn_count:
            turns = f"turn {grouped_number(last_turn(replay))} of {grouped_number(replay.turn_count)}"
            self._say(f"Computing: {turns} is the last one so far.")

    def _step_turns(self, turns: int) -> None:
        if self.replay is not None:
            self.move_to(step_turns(self.replay, self.here, turns))

    def step_rows(self, rows: int) -> None:
        """So many rows up or down the event list, of which a filter leaves only some."""
        replay = self.replay
        if replay is None:
            return
        if self.finder is None:
            self.move_to(step_events(replay, self.here, rows))
            return
        for _ in range(abs(rows)):
            found = step_matches(replay, self.here, self.finder.matches, 1 if rows > 0 else -1)
            if found is None:
                return
            self.move_to(found)

    def action_play_toggle(self) -> None:
        replay = self.replay
        if replay is not None and not self.playback.is_playing and self.here == Position(replay.turn_count):
            words = "Nothing is left to play: this is the last turn."
            self._say(words if replay.turn_count else "Nothing to play: this session has no turns.")
        else:
            self._play(not self.playback.is_playing)

    def action_play_faster(self) -> None:
        self._change_speed(1)

    def action_play_slower(self) -> None:
        self._change_speed(-1)

    def _play(self, playing: bool) -> None:
        self.playback.is_playing = playing and self.replay is not None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.playback.is_playing:
            self._timer = self.set_interval(self.playback.seconds_per_turn, self._play_step)
        self.refresh_soon()

    def _change_speed(self, steps: int) -> None:
        self.playback.change_speed(steps)
        self._play(self.playback.is_playing)
        if not self.playback.is_playing:
            self._say(f"Plays at {self.playback.speed:g}×.")

    def _say(self, words: str) -> None:
        """A word about the key that was just pressed, in place of the one before it."""
        self.app.clear_notifications()
        self.notify(words, timeout=_WORD_SECONDS, markup=False)

    def _play_step(self) -> None:
        replay = self.replay
        if replay is None or self.app.screen is not self:
            return
        if self.here == Position(replay.turn_count):
            self._play(False)
        else:
            self._step_turns(1)
