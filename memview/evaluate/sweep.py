"""The sweep: every session under every policy at every point, from where an earlier one stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from memview.evaluate.grid import Cell, Grid
from memview.evaluate.identity import Identity, identities, session_digest, token_counter
from memview.evaluate.results import Evaluation, Result
from memview.evaluate.results_file import ResultsFile, open_results
from memview.evaluate.spool import Spool
from memview.evaluate.work import Finished
from memview.evaluate.workers import Worker, measure_here, measure_in_workers, processors, started_workers
from memview.model.display import printable
from memview.model.session import Session

Progress = Callable[[int, int], None]
"""Told how many cells are done of how many."""


def evaluate(
    sessions: Iterable[Session],
    grid: Grid,
    *,
    workers: int | None = None,
    out: Path | None = None,
    on_progress: Progress | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Evaluation:
    """Measure every session at every cell of `grid`, in `workers` processes (None: one for each processor).

    The evaluation is in the order of `sessions` and of the grid, and the same whatever the number of workers. With
    `out` each finished cell is kept there, and what is there already is not computed again. A cell that cannot work (a
    budget below the pinned core) is one of the problems of the evaluation. A session that comes twice counts once.

    Raises ResultsFileError for a file that holds something else, TokenizerError for a session with an unknown
    tokenizer, WorkerError when a process dies. KeyboardInterrupt passes through, and finished cells are kept.
    """
    with ExitStack() as stack:
        count = processors() if workers is None else workers
        started = stack.enter_context(started_workers(grid, count)) if count > 1 else []
        file = None if out is None else stack.enter_context(open_results(out))
        sweep = _Sweep(stack.enter_context(Spool()), grid, file)
        for session in sessions:
            sweep.add(session)
        sweep.tell(on_note)
        sweep.run(started, on_progress)
        return sweep.evaluation()


class _Sweep:
    """A sweep under way."""

    def __init__(self, spool: Spool, grid: Grid, file: ResultsFile | None) -> None:
        self._spool = spool
        self._grid = grid
        self._file = file
        self._names: list[str] = []
        self._identities: list[list[list[Identity]]] = []
        self._numbers: dict[str, int] = {}
        self._results: dict[Cell, Result] = {}
        self._problems: dict[Cell, str] = {}

    def add(self, session: Session) -> None:
        """Put a session on the list, unless it is there."""
        digest = session_digest(session)
        if digest in self._numbers:
            return
        number = self._numbers[digest] = self._spool.add(session)
        taken = set(self._names)
        name, again = session.session_id, 2
        while name in taken:
            name, again = f"{session.session_id}#{again}", again + 1
        self._names.append(name)
        self._identities.append(identities(self._grid, digest, token_counter(session)))
        if self._file is not None:
            for cell in self._grid.cells(number):
                known = self._file.find(self._identity(cell))
                if known is not None:
                    label = self._grid.specs[cell.policy].label
                    self._results[cell] = known.result(name, label, cell.point)

    def tell(self, on_note: Callable[[str], None] | None) -> None:
        """What a person should know of the file before it is filled."""
        if self._file is None or on_note is None:
            return
        where = printable(str(self._file.path))
        if self._file.mended:
            on_note(f"{where}: a torn last line was taken off; its cell is computed again")
        if self._results:
            on_note(f"{where}: {len(self._results)} of {len(self._cells())} cells are there already")
        strangers = self._file.strangers(self._identity(cell) for cell in self._cells())
        if strangers:
            differs = "settings, policies, sessions or memview differ"
            on_note(f"{where}: {strangers} lines of other sweeps ({differs}) are left out")

    def run(self, workers: Sequence[Worker], on_progress: Progress | None) -> None:
        """Compute what is not known yet."""
        cells = self._cells()
        todo = [cell for cell in cells if cell not in self._results]
        done = len(cells) - len(todo)
        if on_progress is not None:
            on_progress(done, len(cells))
        with closing(self._batches(todo, workers)) as batches:
            for batch in batches:
                self._keep(batch)
                done += len(batch)
                if on_progress is not None:
                    on_progress(done, len(cells))
        if self._file is not None:
            self._file.put_in_order([self._identity(cell) for cell in cells])

    def _batches(self, todo: Sequence[Cell], workers: Sequence[Worker]) -> Generator[list[Finished], None, None]:
        if not workers:
            yield from measure_here(self._grid, self._spool, self._names, todo)
        else:
            yield from measure_in_workers(workers, self._spool, self._names, todo)

    def _keep(self, batch: Sequence[Finished]) -> None:
        new = []
        for cell, result, problem in batch:
            if result is None:
                self._problems[cell] = problem
            else:
                self._results[cell] = result
                new.append((self._identity(cell), result))
        if self._file is not None:
            self._file.append(new)

    def evaluation(self) -> Evaluation:
        """Everything that is known, in the order of the sweep."""
        cells = self._cells()
        problems = [
            f"{printable(self._names[cell.session])}, {self._grid.specs[cell.policy].label}: {self._problems[cell]}"
            for cell in cells
            if cell in self._problems
        ]
        return Evaluation([self._results[cell] for cell in cells if cell in self._results], problems)

    def _cells(self) -> list[Cell]:
        return [cell for session in range(len(self._names)) for cell in self._grid.cells(session)]

    def _identity(self, cell: Cell) -> Identity:
        return self._identities[cell.session][cell.policy][cell.point]
