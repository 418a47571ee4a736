"""Processes that measure cells. Each holds one session at a time, so that its retrieval is done once, not per policy.

They are spawned, not forked: the same on every system, and safe beside threads. A worker that loses its parent ends.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from memview.evaluate.grid import Cell, Grid
from memview.evaluate.measure import Bench
from memview.evaluate.spool import Spool
from memview.evaluate.work import Finished, packed
from memview.model.errors import MemviewError

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


class WorkerError(MemviewError):
    """A worker process ended by itself."""


def processors() -> int:
    """Processors that this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def measure_here(grid: Grid, spool: Spool, names: Sequence[str], cells: Sequence[Cell]) -> Iterator[list[Finished]]:
    """Every cell, in order, in this process."""
    bench: Bench | None = None
    held = -1
    for cell in cells:
        if bench is None or cell.session != held:
            bench, held = None, cell.session  # the old one goes before the new one comes
            bench = Bench(spool.session(held), names[held], grid)
        yield [_measure(bench, cell)]


def measure_in_workers(
    workers: Sequence[Worker], spool: Spool, names: Sequence[str], cells: Sequence[Cell]
) -> Iterator[list[Finished]]:
    """Every cell, in batches as `workers` finish them.

    Raises WorkerError when one of them dies, and RuntimeError with its traceback when it fails.
    """
    waiting = _Waiting(cells)
    for worker in workers:
        worker.next_from(waiting, spool, names)
    while busy := [worker for worker in workers if worker.is_busy]:
        ready = wait([worker.connection for worker in busy])
        batch = []
        for worker in busy:
            if worker.connection in ready:
                batch.append(worker.receive())
                worker.next_from(waiting, spool, names)
        yield batch


def _measure(bench: Bench, cell: Cell) -> Finished:
    try:
        return Finished(cell, bench.measure(cell.policy, cell.point))
    except MemviewError as error:
        return Finished(cell, None, str(error))


class _Waiting:
    """Cells that nobody works on yet, by session."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._by_session: dict[int, deque[Cell]] = {}
        for cell in cells:
            self._by_session.setdefault(cell.session, deque()).append(cell)
        self._taken: set[int] = set()

    def take(self, held: int) -> Cell | None:
        """The next cell for a worker that holds session `held`: of that one, of one that nobody holds, of any."""
        free = (session for session in self._by_session if session not in self._taken)
        session = held if held in self._by_session else next(free, next(iter(self._by_session), None))
        if session is None:
            return None
        self._taken.add(session)
        cells = self._by_session[session]
        cell = cells.popleft()
        if not cells:
            del self._by_session[session]
        return cell


class Worker:
    """The near end of a process."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.is_busy = False
        self._held = -1

    def next_from(self, waiting: _Waiting, spool: Spool, names: Sequence[str]) -> None:
        """Give it a cell, and the session when that is another one than before; nothing when there is none left."""
        cell = waiting.take(self._held)
        self.is_busy = cell is not None
        if cell is None:
            return
        try:
            if cell.session != self._held:
                self._held = cell.session
                self.connection.send((names[cell.session], spool.packed(cell.session)))
            self.connection.send(cell)
        except OSError:
            self._died()

    def receive(self) -> Finished:
        """What it has found out."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            self._died()
        if isinstance(answer, Finished):
            return answer
        raise RuntimeError(f"a worker failed:\n{answer}")

    def _died(self) -> None:
        self.process.join(5)
        raise WorkerError(
            f"a worker process ended by itself (status {self.process.exitcode}), perhaps for want of memory; "
            "use fewer --workers"
        )

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self.connection.close()
        self.process.terminate()
        self.process.join()


@contextmanager
def started_workers(grid: Grid, count: int) -> Iterator[list[Worker]]:
    """`count` processes that know the grid. They load while the sessions are being read: start them first."""
    context = multiprocessing.get_context("spawn")
    settings = packed(grid)
    workers: list[Worker] = []
    try:
        for _ in range(count):
            near, far = context.Pipe()
            process = context.Process(target=_serve, args=(far, settings), daemon=True)
            with _without_interrupts():
                process.start()
            far.close()
            workers.append(Worker(process, near))
        yield workers
    finally:
        for worker in workers:
            worker.stop()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C goes to the whole group of processes, and this one speaks for all: a child inherits what is blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, settings: bytes) -> None:
    """The far end: measures cells until the parent goes away."""
    with suppress(KeyboardInterrupt, EOFError, BrokenPipeError):
        try:
            _serve_cells(connection, settings)
        except (EOFError, BrokenPipeError):
            raise
        except Exception:
            connection.send(traceback.format_exc())


def _serve_cells(connection: Connection, settings: bytes) -> None:
    grid: Grid = pickle.loads(settings)  # noqa: S301  (from the parent)
    bench: Bench | None = None
    while True:
        message = connection.recv()
        if isinstance(message, Cell):
            if bench is None:
                raise RuntimeError("a cell before its session")
            connection.send(_measure(bench, message))
        else:
            name, session = message
            bench = None  # the old one goes before the new one comes
            bench = Bench(pickle.loads(session), name, grid)  # noqa: S301
            # A session is thousands of objects that stay: the collector need not look at them for every cell.
            gc.freeze()
            gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
