"""The part of the inspector that works with threads: opening, computing, replaying under other terms, searching."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from memview.model.errors import MemviewError
from memview.recent import remember_file
from memview.settings import BudgetSettings, Settings
from memview.tui.finder import Finder
from memview.tui.lanes import KeptFiles, Lane, Lanes
from memview.tui.loader import (
    Computer,
    find_policies,
    keep_fork,
    make_fork,
    make_replay,
    open_beginning,
    open_path,
)
from memview.tui.news import (
    BeginningOpened,
    ForkKept,
    OpeningFailed,
    PolicyLoaded,
    Progressed,
    Rebudgeted,
    Refused,
    RestOpened,
    Searched,
    SessionOpened,
)
from memview.tui.screens.stage import Stage

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay, Workload
    from memview.replay.changes import Change
    from memview.tui.loader import OpenedSession

_COMPUTE, _SEARCH = "compute", "search"


class Workbench(Stage):
    """Holds the session, its lanes and the filter; starts the threads that fill them."""

    def __init__(self, path: Path, policies: Sequence[str], budgets: BudgetSettings, settings: Settings) -> None:
        super().__init__(settings.spacing)
        self.path = path
        self.budgets = budgets
        self.settings = settings
        self.lanes = Lanes()
        self.opened: OpenedSession | None = None
        self.finder: Finder | None = None
        self.computer = Computer()
        self.policies = tuple(policies)
        self.errand = ""

    @property
    def replay(self) -> Replay | None:
        """The replay on screen."""
        return self.lanes.active.replay if self.lanes.active else None

    @property
    def warnings(self) -> tuple[str, ...]:
        if self.opened is None:
            return ()
        workload = self.opened.workload
        note = (workload.tokenizer.note,) if workload.tokenizer.note else ()
        return (*self.opened.notes, *note)

    @property
    def busy(self) -> str:
        """What the program is busy with, in a word or two."""
        lane = self.lanes.active
        replay = None if lane is None else lane.pending or lane.replay
        if self.errand:
            return self.errand
        if replay is None:
            return "opening…" if self._failure is None else ""
        if replay.is_complete:
            return ""
        if self.computer.has_stopped(replay):
            return f"stopped after turn {replay.computed}"
        return f"computing {100 * max(0, replay.computed) // max(1, replay.turn_count)} %"

    def open_in_thread(self) -> None:
        """Read the session and make the replays of the policies asked for."""
        self._start(self._open, OpeningFailed)

    def load_policy_in_thread(self, policy: PolicySpec) -> None:
        """Make a replay of one more policy."""
        if self.opened is not None:
            self.errand = f"loading {policy.label}…"
            self._start(partial(self._load_policy, self.opened.workload, policy), Refused)

    def fork_in_thread(self, changes: Sequence[Change]) -> None:
        """Make a replay of the lane on screen with more `changes`, in a lane of its own beside it."""
        lane = self.lanes.active
        if self.opened is not None and lane is not None and changes:
            self.errand = "forking…"
            self._start(partial(self._fork, self.opened.workload, lane, (*lane.changes, *changes)), Refused)

    def keep_in_thread(self, lane: Lane, files: KeptFiles) -> None:
        """Write what the what-if in `lane` changes to `files`."""
        self.errand = "writing…"
        self._start(partial(self._keep, lane, files), Refused)

    def rebudget_in_thread(self, budgets: BudgetSettings) -> None:
        """Make new replays of all lanes under `budgets`."""
        if self.opened is not None:
            self.errand = "replaying…"
            self._start(partial(self._rebudget, self.opened.workload, budgets), Refused)

    def compute_in_thread(self) -> None:
        """Go on computing, the replay on screen first; one thread does it for all."""
        self.computer.order = self.lanes.by_urgency()
        running = any(worker.group == _COMPUTE and worker.is_running for worker in self.workers)
        if not running and self.computer.next_replay() is not None:
            self.run_worker(self._compute, group=_COMPUTE, thread=True)

    def search_in_thread(self) -> None:
        """Look for the filter's text in the events computed since it last looked."""
        running = any(worker.group == _SEARCH and worker.is_running for worker in self.workers)
        if self.finder is not None and not self.finder.is_done and not running:
            self.run_worker(partial(self._search, self.finder), group=_SEARCH, thread=True)

    def _start(self, work: Callable[[], Message], failed: Callable[[str], Message]) -> None:
        self.run_worker(partial(self._errand_in_thread, work, failed), group="errand", thread=True)

    def _errand_in_thread(self, work: Callable[[], Message], failed: Callable[[str], Message]) -> None:
        try:
            self.post_message(work())
        except MemviewError as error:
            self.post_message(failed(str(error)))

    def _open(self) -> Message:
        policies = find_policies(self.policies)
        beginning = open_beginning(self.path, self.settings.budgets)
        if beginning is not None:
            self.post_message(BeginningOpened(beginning, self._replays(beginning, policies)))
        # Everything read lives as long as the screen: the collector need not look at it, not even once.
        gc.disable()
        try:
            opened = open_path(self.path, self.settings.budgets)
            gc.freeze()
        finally:
            gc.enable()
        # What masks texts on the first scene must not be loaded by the screen's own thread.
        import_module("memview.guard.sensitive")
        remember_file(self.path, opened.workload.session.title, len(opened.workload.session.turns))
        if beginning is not None:
            return RestOpened(opened)
        return SessionOpened(opened, self._replays(opened, policies))

    def _replays(self, opened: OpenedSession, policies: Iterable[PolicySpec]) -> tuple[Replay, ...]:
        return tuple(make_replay(opened.workload, policy, self.budgets) for policy in policies)

    def _load_policy(self, workload: Workload, policy: PolicySpec) -> Message:
        return PolicyLoaded(make_replay(workload, policy, self.budgets))

    def _fork(self, workload: Workload, origin: Lane, changes: tuple[Change, ...]) -> Message:
        fork = make_fork(workload, origin.policy, self.budgets, changes)
        fork.origin = origin
        return PolicyLoaded(fork.replay, fork)

    def _keep(self, lane: Lane, files: KeptFiles) -> Message:
        keep_fork(self.path, lane.policy, self.budgets, lane.changes, files)
        return ForkKept(files)

    def _rebudget(self, workload: Workload, budgets: BudgetSettings) -> Message:
        return Rebudgeted(budgets, tuple([(lane, self._again(workload, lane, budgets)) for lane in list(self.lanes)]))

    def _again(self, workload: Workload, lane: Lane, budgets: BudgetSettings) -> Replay:
        if lane.changes:
            return make_fork(workload, lane.policy, budgets, lane.changes).replay
        return make_replay(workload, lane.policy, budgets)

    def _compute(self) -> None:
        worker = get_current_worker()
        self.computer.run(lambda: worker.is_cancelled, self._report, self._complain)

    def _complain(self, message: str) -> None:
        self.post_message(Refused(message))

    def _report(self) -> None:
        # What is computed stays: without this the collector walks all of it again and again, and keys wait for it.
        gc.freeze()
        self.post_message(Progressed())

    def _search(self, finder: Finder) -> None:
        worker = get_current_worker()
        finder.run(lambda: worker.is_cancelled or self.finder is not finder)
        self.post_message(Searched())
