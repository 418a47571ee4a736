"""The part of the inspector that asks what if: it forks the lane on screen, tells what the fork changes, keeps it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from memview.tui.news import ForkKept, PolicyLoaded
from memview.tui.position import Position
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.replay.changes import Change
    from memview.tui.lanes import KeptFiles, Lane

_NO_FORK = "This lane shows the recording. f asks what if, and makes a lane beside it."
_ON_ITS_WAY = "The what-if is still being computed; it comes on screen by itself."


class Forking(Deciding):
    """What-ifs: `fork_in_thread(changes)` is how every screen makes one."""

    def _switch_to(self, index: int) -> None:
        """Put the lane at `index` on screen."""
        raise NotImplementedError

    def action_what_if_open(self) -> None:
        """What would have been, had something been otherwise at this turn."""
        lane, replay = self.lanes.active, self.replay
        if lane is None or replay is None:
            return
        from memview.tui.dialogs.what_if import WhatIfDialog
        from memview.tui.views.what_if_view import options_at

        turn = self.here.turn
        options = options_at(replay, turn, self.pane.target, self.masks)
        self.ask(WhatIfDialog(options, turn, lane.what_if), self._replay_with)

    def _replay_with(self, changes: tuple[Change, ...]) -> None:
        self.fork_in_thread(changes)
        self.refresh_soon()

    def on_policy_loaded(self, news: PolicyLoaded) -> None:
        fork = news.fork
        if fork is None:
            return
        place = self.lanes.add_fork(fork)
        self.lanes.awaited = tuple(self.lanes)[place]
        self.compute_in_thread()
        self._show_awaited()
        if fork.notes:
            more = f" (and {len(fork.notes) - 1} more)" if len(fork.notes) > 1 else ""
            self.notify(f"{fork.notes[0]}{more}", title="What-if", markup=False)

    def on_progressed(self) -> None:
        self._show_awaited()

    def _show_awaited(self) -> None:
        """The fork comes on screen when it is as far as the position: no step is lost while it is computed."""
        lane = self.lanes.awaited
        if lane is None:
            return
        is_stopped = self.computer.has_stopped(lane.replay)
        if lane.replay.computed >= self.position.turn or lane.replay.is_complete or is_stopped:
            self.lanes.awaited = None
            self.errand = ""
            if lane in tuple(self.lanes):
                self._switch_to(tuple(self.lanes).index(lane))

    def action_what_if_diff(self) -> None:
        """Turn by turn what differs between the what-if and what it was forked from."""
        lane = self.lanes.active
        if lane is None or lane.origin is None:
            self.notify(_NO_FORK if self.lanes.awaited is None else _ON_ITS_WAY, markup=False)
            return
        from memview.tui.screens.fork_diff import ForkDiffScreen

        self.app.push_screen(ForkDiffScreen(lane, lane.origin, self.here.turn), self._came_from_diff)

    def _came_from_diff(self, turn: int | None) -> None:
        self.refresh_soon()
        if turn is not None and self.replay is not None:
            self.move_to(Position(turn))

    def action_what_if_keep(self) -> None:
        """The what-if on screen as a session file, a policy file, or both: what it changes."""
        lane = self.lanes.active
        if lane is None or not lane.changes:
            self.notify(_NO_FORK if self.lanes.awaited is None else _ON_ITS_WAY, markup=False)
            return
        from memview.replay.changes import changes_policy, changes_session
        from memview.tui.dialogs.keep_session import KeepForkDialog

        dialog = KeepForkDialog(
            self.path if changes_session(lane.changes) else None,
            lane.policy.name if changes_policy(lane.changes) else None,
            lane.what_if,
        )
        self.ask(dialog, partial(self._keep_files, lane))

    def _keep_files(self, lane: Lane, files: KeptFiles) -> None:
        self.keep_in_thread(lane, files)
        self.refresh_soon()

    def on_fork_kept(self, news: ForkKept) -> None:
        self.errand = ""
        self.notify(f"Saved {news.files.names}", title="What-if kept", markup=False)
        self.refresh_soon()

    def action_lane_close(self) -> None:
        """The lane on screen goes; what it was forked from comes to the front."""
        if not self.lanes.close():
            self.notify("This is the only policy that is loaded.", markup=False)
            return
        self._switch_to(self.lanes.index)
