"""The Compare screen's state: its columns, one position, and the threads that compare and measure them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.message import Message
from textual.worker import get_current_worker

from memview.replay.divergence import Divergences, distinct_labels
from memview.tui.compared import Column, ColumnScene, Totals, scenes_of
from memview.tui.playback import Playback
from memview.tui.position import Position, last_turn
from memview.tui.scene import Scene, agents_of
from memview.tui.screens.compare_stage import MOST_COLUMNS, CompareStage, CompareView
from memview.tui.screens.compare_work import HOLD_SECONDS, Measured, compare_turns, measure
from memview.tui.views.compare_gauges_view import Measures
from memview.tui.views.compare_header_view import CompareStatus

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.tui.views.metrics_view import MetricValues

_WORD_SECONDS = 3.0
_COMPARE, _MEASURE = "compare", "measure"


class Bench(Protocol):
    """What the screen asks of the inspector, whose lanes it shows."""

    @property
    def masks(self) -> Masks: ...
    def compared_lanes(self) -> list[tuple[str, Replay]]: ...
    def compute_for(self, replays: Sequence[Replay]) -> None: ...
    def hold(self) -> None: ...
    def has_stopped(self, replay: Replay) -> bool: ...
    def load_beside(self, policy: PolicySpec) -> int | None: ...


class CompareBoard(CompareStage):
    """Holds which of the inspector's lanes are shown, and follows them; `lanes` are the indices shown at first,
    `focused` the place of the one that has the keys.
    """

    def __init__(
        self, bench: Bench, lanes: Sequence[int], focused: int, position: Position, turns_per_second: float
    ) -> None:
        super().__init__()
        self._bench = bench
        self._lanes = list(lanes[:MOST_COLUMNS])
        self._focused = focused
        self._awaited: int | None = None
        """The place of the column that a policy is being loaded for."""
        self.position = position
        self.playback = Playback(turns_per_second)
        self._is_stale = False
        self._held_until = 0.0
        self._measured: list[tuple[Replay, MetricValues]] = []
        self._shown: tuple[Replay, ...] = ()
        self._scenes_shown: tuple[ColumnScene | None, ...] = ()
        self._take_lanes()

    def _take_lanes(self) -> None:
        """The lanes may have new replays; what is worked out for other replays is dropped."""
        lanes = self._bench.compared_lanes()
        self._lanes = [lane for lane in self._lanes if lane < len(lanes)]
        self._all_labels = distinct_labels([label for label, _ in lanes])
        replays = tuple(lanes[lane][1] for lane in self._lanes)
        self.columns = tuple(
            Column(place + 1, self._all_labels[lane], replay, self._bench.has_stopped(replay))
            for place, (lane, replay) in enumerate(zip(self._lanes, replays, strict=True))
        )
        if len(replays) != len(self._shown) or any(a is not b for a, b in zip(replays, self._shown, strict=True)):
            self._shown = replays
            self.divergences = Divergences(replays)
            self._totals = tuple(Totals(replay) for replay in replays)
            self._agents = agents_of(replays[0].session)

    # What the screen looks at

    @property
    def replay(self) -> Replay:
        """The replay of the focused column."""
        return self.columns[self._focused].replay

    @property
    def focused_place(self) -> int:
        """The place of the focused column, from 0."""
        return self._focused

    @property
    def column(self) -> Column:
        """The focused column."""
        return self.columns[self._focused]

    @property
    def masks(self) -> Masks:
        """What may be seen of texts."""
        return self._bench.masks

    @property
    def labels(self) -> tuple[str, ...]:
        """What all loaded lanes are called, those without a column included."""
        return self._all_labels

    @property
    def lane_count(self) -> int:
        """How many lanes are loaded."""
        return len(self._all_labels)

    def has_lane(self, lane: int) -> bool:
        """Whether `lane` has a column."""
        return lane in self._lanes

    def scene_of(self, place: int) -> Scene | None:
        """What the column at `place` shows; None when it is not computed that far."""
        shown = self._scenes_shown[place] if place < len(self._scenes_shown) else None
        return None if shown is None else shown.scene

    @property
    def lane(self) -> int:
        """The lane of the focused column."""
        return self._lanes[self._focused]

    @property
    def turns(self) -> int:
        """Turns of the longest column."""
        return max(column.replay.turn_count for column in self.columns)

    @property
    def reached(self) -> int:
        """The last turn that one of the columns has computed."""
        return max(last_turn(column.replay) for column in self.columns)

    @property
    def is_growing(self) -> bool:
        """Whether more turns of a column are still to come."""
        return any(not column.replay.is_complete and not column.is_stopped for column in self.columns)

    def _view(self, scenes: Sequence[ColumnScene | None]) -> CompareView:
        found = {id(replay): metrics for replay, metrics in self._measured}
        return CompareView(
            columns=self.columns,
            scenes=scenes,
            measures=Measures([found.get(id(column.replay)) for column in self.columns]),
            divergences=self.divergences,
            position=self.position,
            turns=self.turns,
            focused=self._focused,
            masks=self._bench.masks,
            status=self._status(),
        )

    def _scenes(self) -> tuple[ColumnScene | None, ...]:
        turn = Position(self.position.turn)
        positions = [self.position if place == self._focused else turn for place in range(len(self.columns))]
        return scenes_of(self.columns, positions, self._totals, self._bench.masks, self._agents)

    def _status(self) -> CompareStatus:
        session, turn, found = self.replay.session, self.position.turn, self.divergences
        masks = self._bench.masks
        return CompareStatus(
            session=session.session_id,
            title=session.title,
            columns=len(self.columns),
            lanes=len(self._all_labels),
            turn=turn,
            turns=self.turns,
            amount=found.amounts[turn] if turn <= found.compared else None,
            playing=self.playback.is_playing,
            speed=self.playback.speed,
            busy="loading…" if self._awaited is not None else "computing…" if self.is_growing else "",
            masking="revealed" if masks.revealed else "masked" if masks.drawn else "",
        )

    # Drawing, once however many keys came in between

    def on_mount(self) -> None:
        self.refresh_soon()
        self.call_after_refresh(self._focus_pane)
        self.call_after_refresh(self.work_in_threads)

    def refresh_soon(self) -> None:
        if not self._is_stale:
            self._is_stale = True
            self.call_later(self._refresh_now)

    def _refresh_now(self) -> None:
        self._is_stale = False
        if not self.is_mounted or not self.size:
            return
        self._bench.masks.drawn = 0
        self._scenes_shown = self._scenes()
        self.draw(self._view(self._scenes_shown))

    def move_to(self, position: Position) -> None:
        """Stand at `position` of the focused column; the others follow by turn."""
        self._held_until = time.monotonic() + HOLD_SECONDS
        self._bench.hold()
        if position != self.position:
            self.position = position
            self.refresh_soon()

    # Threads

    def work_in_threads(self) -> None:
        """Go on computing, comparing and measuring what is not done yet."""
        self._bench.compute_for(self._shown)
        found = self.divergences
        if found.compared < found.ready and not self._is_running(_COMPARE):
            self.run_worker(partial(self._compare, found), group=_COMPARE, thread=True)
        known = [replay for replay, _ in self._measured]
        wanted = [each for each in self._shown if each.is_complete and not any(each is one for one in known)]
        if wanted and found.compared >= found.ready and not self._is_running(_MEASURE):
            self.run_worker(partial(self._measure, wanted), group=_MEASURE, thread=True)

    def _is_running(self, group: str) -> bool:
        return any(worker.group == group and worker.is_running and worker.node is self for worker in self.workers)

    def _compare(self, found: Divergences) -> None:
        worker = get_current_worker()
        compare_turns(
            found,
            lambda: worker.is_cancelled or self.divergences is not found,
            lambda: self._held_until,
            self._tell,
        )

    def _measure(self, replays: Sequence[Replay]) -> None:
        worker = get_current_worker()
        measure(replays, lambda: worker.is_cancelled, lambda: self._held_until, self._tell)

    def _tell(self, message: Message) -> None:
        self.post_message(message)

    def on_compared(self) -> None:
        self.call_later(self.work_in_threads)
        self.refresh_soon()

    def on_measured(self, news: Measured) -> None:
        self._measured.append((news.replay, news.metrics))
        self.call_later(self.work_in_threads)
        self.refresh_soon()

    def on_worker_state_changed(self) -> None:
        """What ended may have left something for the next."""
        if self.is_mounted:
            self.work_in_threads()

    def lanes_changed(self) -> None:
        """The inspector has computed more turns, or has other replays for its lanes."""
        self._take_lanes()
        self.work_in_threads()
        self.refresh_soon()

    def lane_loaded(self, lane: int) -> None:
        """The policy that was asked for is there, as one of the inspector's lanes."""
        place, self._awaited = self._awaited, None
        if place is not None:
            self.show_lane(place, lane)

    def loading_failed(self) -> None:
        """The policy that was asked for cannot be replayed; the inspector has said why."""
        self._awaited = None
        self.refresh_soon()

    def show_lane(self, place: int, lane: int) -> None:
        """Show `lane` in the column at `place`, or in a new one behind the last."""
        if lane in self._lanes and (place >= len(self._lanes) or self._lanes[place] != lane):
            self.say(f"{self._all_labels[lane]} has a column already.")
            return
        if place < len(self._lanes):
            self._lanes[place] = lane
        else:
            self._lanes.append(lane)
        self.position = Position(self.position.turn)
        self.lanes_changed()
        self.focus_column(place)

    def remove_lane(self, place: int) -> None:
        """Take the column at `place` off."""
        del self._lanes[place]
        self._focused = min(place, len(self._lanes) - 1)
        self.position = Position(self.position.turn)
        self.lanes_changed()
        self.call_after_refresh(self._focus_pane)

    def load_into(self, place: int, policy: PolicySpec) -> None:
        """Show `policy` in the column at `place`, which may be one behind the last; load it where it is not yet."""
        lane = self._bench.load_beside(policy)
        if lane is None:
            self._awaited = place
            self.refresh_soon()
        else:
            self.show_lane(place, lane)

    def focus_column(self, place: int) -> None:
        """Give the keys to the column at `place`. A position inside a turn belonged to the column before."""
        place %= len(self.columns)
        if place != self._focused:
            self._focused = place
            self.move_to(Position(self.position.turn))
        self.refresh_soon()
        self.call_after_refresh(self._focus_pane)

    def _focus_pane(self) -> None:
        if not self.shows_prompts:
            self.pane_of(self._focused - self._first_shown).focus()

    def say(self, words: str) -> None:
        """A word about the key that was just pressed, in place of the one before it."""
        self.app.clear_notifications()
        self.notify(words, timeout=_WORD_SECONDS, markup=False)
