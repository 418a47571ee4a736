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

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay, Workload
    from memview.replay.governance import Decision
    from memview.settings import BudgetSettings

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


def decided(workload: Workload, decisions: tuple[Decision, ...]) -> Workload:
    """`workload` itself, or for a what-if that of a session with `decisions` in it."""
    if not decisions:
        return workload
    from memview.replay import Workload
    from memview.replay.governance import with_decisions

    return Workload(with_decisions(workload.session, decisions))


def keep_session(path: Path, decisions: tuple[Decision, ...], target: Path) -> None:
    """Write the session in the file `path` with `decisions` in it to `target`, which must not be there yet.

    The file is read again: a person's own budgets are no part of the recording. Raises MemviewError for a file that
    cannot be read, and for one that exists or cannot be written.
    """
    from memview.replay.governance import with_decisions
    from memview.sessions.importers import open_session
    from memview.sessions.writer import write_session

    if target.exists() or target.is_symlink():
        raise MemviewError(f"{target} exists already; choose another name")
    write_session(with_decisions(open_session(path).session, decisions), target)


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
