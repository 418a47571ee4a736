"""The part of the inspector that compares: it opens the Compare screen on its lanes, and feeds it with their news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memview.tui.news import PolicyLoaded, Rebudgeted, Refused
from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay
    from memview.tui.screens.compare import CompareScreen

_MOST_COLUMNS = 4


class Comparing(Deciding):
    """Holds the Compare screen while it is open."""

    _compare: CompareScreen | None = None
    _compares_next = False
    """A second policy is being loaded, to be compared with the one on screen."""

    def _switch_to(self, index: int) -> None:
        """Put the lane at `index` on screen."""
        raise NotImplementedError

    def action_compare_open(self) -> None:
        """The loaded policies side by side; with one of them, first ask for the second."""
        if self.replay is None:
            return
        if len(self.lanes) > 1:
            self._open_compare()
            return
        from memview.tui.dialogs.policy_choice import PolicyDialog

        label = self.replay.spec.label
        dialog = PolicyDialog(label, self.lanes.labels)
        dialog.QUESTION = f"Compare {label} with"
        self.ask(dialog, self._compare_with)

    def _compare_with(self, policy: PolicySpec) -> None:
        lane = self.load_beside(policy)
        if lane is None:
            self._compares_next = True
        elif lane == self.lanes.index:
            self.notify(f"{policy.label} is the policy on screen; choose another one beside it.", markup=False)
        else:
            self._open_compare()

    def _open_compare(self) -> None:
        from memview.tui.screens.compare import CompareScreen

        shown = nearest_lanes(self.lanes.index, len(self.lanes))
        focused = shown.index(self.lanes.index)
        self._compare = CompareScreen(self, shown, focused, self.here, self.settings.play_speed)
        self.app.push_screen(self._compare, self._compared)

    def _compared(self, answer: tuple[int, Position] | None) -> None:
        self._compare = None
        if answer is not None:
            lane, position = answer
            self.position = position
            self._switch_to(lane)
            self.move_to(position)
        self.compute_in_thread()
        self.refresh_soon()

    # What the Compare screen asks for

    def compared_lanes(self) -> list[tuple[str, Replay]]:
        """Every lane with its label."""
        return [(lane.label, lane.replay) for lane in self.lanes]

    def compute_for(self, replays: Sequence[Replay]) -> None:
        """Compute these before all others, the one that is furthest behind first."""
        self.compute_in_thread()
        urgent = sorted(replays, key=lambda replay: replay.computed)
        rest = [each for each in self.computer.order if not any(each is one for one in urgent)]
        self.computer.order = (*urgent, *rest)

    def hold(self) -> None:
        """A key was pressed: nothing is computed for a moment."""
        self.computer.hold()

    def has_stopped(self, replay: Replay) -> bool:
        """Whether the policy of `replay` failed in the middle of it."""
        return self.computer.has_stopped(replay)

    def load_beside(self, policy: PolicySpec) -> int | None:
        """The lane that runs `policy`; None when it has to be loaded first, which is begun."""
        lane = self.lanes.find(policy)
        if lane is None:
            self.load_policy_in_thread(policy)
            self.refresh_soon()
        return lane

    # News that the Compare screen is told as well

    def on_policy_loaded(self, _: PolicyLoaded) -> None:
        if self._compare is not None:
            self._compare.lanes_changed()
            self._compare.lane_loaded(self.lanes.index)
        elif self._compares_next:
            self._compares_next = False
            self._open_compare()

    def on_refused(self, _: Refused) -> None:
        self._compares_next = False
        if self._compare is not None:
            self._compare.loading_failed()

    def on_progressed(self) -> None:
        if self._compare is not None:
            self._compare.lanes_changed()

    def on_rebudgeted(self, _: Rebudgeted) -> None:
        if self._compare is not None:
            self._compare.lanes_changed()


def nearest_lanes(index: int, count: int) -> list[int]:
    """Lanes to compare, in order: all up to four, else the one at `index` and the three nearest to it."""
    near = sorted(range(count), key=lambda lane: (abs(lane - index), lane))[:_MOST_COLUMNS]
    return sorted(near)
