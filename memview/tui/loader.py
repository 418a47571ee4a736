"""Opening a session and computing its replays, away from the screen: plain functions for worker threads.

The screen stays in charge: it is told what came of it by messages, and it says which replay matters most (`order`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memview.model.errors import MemviewError
from memview.tui.lanes import Lane

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay, Workload
    from memview.replay.changes import Change
    from memview.settings import BudgetSettings
    from memview.tui.lanes import KeptFiles

_LONG_BYTES = 2 * 1024 * 1024
"""A file of this size takes long enough to read that its first turns are shown before."""

_SLICE_SECONDS = 0.002
_IDLE_SLICE_SECONDS = 0.01
_IDLE_AFTER_SECONDS = 2.0
_BREATH_SECONDS = 0.001
_REPORT_SECONDS = 0.25
_HOLD_SECONDS = 0.03
_LARGEST_BATCH = 256


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session with what is computed once for all policies, and what a person should know about the file."""

    workload: Workload
    notes: tuple[str, ...]


def open_path(path: Path, own: BudgetSettings) -> OpenedSession:
    """The session in a file of any known format, under a person's `own` budgets where they have settled some.

    Raises MemviewError for a file that cannot be read.
    """
    from memview.replay import Workload
    from memview.sessions.importers import open_session

    imported = open_session(path)
    return OpenedSession(Workload(own.applied_to(imported.session)), tuple(imported.notes))


def open_beginning(path: Path, own: BudgetSettings) -> OpenedSession | None:
    """The first turns of a long native file; None for one that is short enough, or of another format.

    Raises MemviewError for a file that cannot be read.
    """
    from memview.replay import Workload
    from memview.sessions.importers import detect_format

    try:
        size = path.stat().st_size
    except OSError:
        return None
    if size < _LONG_BYTES or detect_format(path) != "native":
        return None
    from memview.sessions.reader import read_beginning

    return OpenedSession(Workload(own.applied_to(read_beginning(path))), ())


def find_policies(names: Iterable[str]) -> tuple[PolicySpec, ...]:
    """The policies called `names`. Raises PolicyError for one that does not exist."""
    from memview.policies import load_policy

    return tuple(load_policy(name) for name in names)


def make_replay(workload: Workload, policy: PolicySpec, budgets: BudgetSettings) -> Replay:
    """A replay of which only the loading is computed. Raises PolicyError for budgets that cannot work."""
    from memview.replay import Replay

    return Replay(
        workload,
        policy,
        core_budget=budgets.core,
        window_budget=budgets.window,
        retrieval_budget=budgets.retrieval,
    )


def make_fork(workload: Workload, policy: PolicySpec, budgets: BudgetSettings, changes: tuple[Change, ...]) -> Lane:
    """A lane that replays `policy` on the recording with `changes`, of which only the loading is computed.

    Raises ChangeError for a change that cannot be made, PolicyError for budgets that cannot work.
    """
    from memview.replay import Replay
    from memview.replay.budgets import BudgetOverrides
    from memview.replay.changes import fork_turn
    from memview.replay.fork import with_changes, workload_of

    asked = BudgetOverrides(budgets.core, budgets.window, budgets.retrieval)
    forked = with_changes(workload.session, policy, asked, changes)
    own = forked.budgets
    replay = Replay(workload_of(forked, workload), forked.spec, own.core, own.window, own.retrieval)
    first = fork_turn(workload.session, policy, changes)
    return Lane(replay, changes=changes, base=policy, forked_at=first, notes=forked.notes)


def keep_fork(
    path: Path,
    policy: PolicySpec,
    budgets: BudgetSettings,
    changes: tuple[Change, ...],
    targets: KeptFiles,
) -> None:
    """Write what `changes` make of the session in the file `path` and of `policy` to `targets`, new files both.

    The file is read again: a person's own budgets are no part of the recording. Raises MemviewError for a file that
    cannot be read, and for one that exists or cannot be written.
    """
    from memview.policies.policy_writing import write_policy
    from memview.replay.budgets import BudgetOverrides
    from memview.replay.fork import with_changes
    from memview.sessions.importers import open_session
    from memview.sessions.writer import write_session

    for target in (targets.session, targets.policy):
        if target is not None and (target.exists() or target.is_symlink()):
            raise MemviewError(f"{target} exists already; choose another name")
    asked = BudgetOverrides(budgets.core, budgets.window, budgets.retrieval)
    forked = with_changes(open_session(path).session, policy, asked, changes)
    if targets.policy is not None:
        write_policy(forked.policy, targets.policy)
    if targets.session is not None:
        write_session(forked.session, targets.session)


class Computer:
    """Computes replays in slices of a few milliseconds and leaves the processor to the screen in between."""

    def __init__(self) -> None:
        self.order: tuple[Replay, ...] = ()
        self._held_until = 0.0
        self._stopped: list[Replay] = []

    def hold(self) -> None:
        """A key was pressed: compute nothing for a moment, so that its frame is painted at once."""
        self._held_until = time.monotonic() + _HOLD_SECONDS

    def next_replay(self) -> Replay | None:
        """The first replay that is not complete and can still go on."""
        return next((each for each in self.order if not each.is_complete and not self.has_stopped(each)), None)

    def has_stopped(self, replay: Replay) -> bool:
        """Whether the policy of `replay` failed in the middle of it: the turns before can be looked at."""
        return any(each is replay for each in self._stopped)

    def run(
        self, is_cancelled: Callable[[], bool], report: Callable[[], None], complain: Callable[[str], None]
    ) -> None:
        """Compute until all replays are complete. `report` is called now and then, and for every replay's end.

        `complain` is told of a policy (a plugin's) that fails on the way; the others go on.
        """
        batch = 1
        reported = 0.0
        while not is_cancelled() and (replay := self.next_replay()) is not None:
            held = self._held_until - time.monotonic()
            if held > 0:
                time.sleep(min(held, _HOLD_SECONDS))
                continue
            started = time.monotonic()
            is_first = replay.computed < 1
            try:
                replay.advance(batch)
            except MemviewError as error:
                self._stopped.append(replay)
                complain(str(error))
            now = time.monotonic()
            is_idle = now - self._held_until > _IDLE_AFTER_SECONDS
            batch = _next_batch(batch, now - started, _IDLE_SLICE_SECONDS if is_idle else _SLICE_SECONDS)
            if replay.is_complete or is_first or now - reported > _REPORT_SECONDS:
                reported = now
                report()
            time.sleep(_BREATH_SECONDS)


def _next_batch(batch: int, took: float, wished: float) -> int:
    """Turns for the next slice, so that it takes about `wished` seconds."""
    wanted = batch * wished / max(took, 1e-6)
    return max(1, min(_LARGEST_BATCH, round(min(wanted, 2 * batch))))
