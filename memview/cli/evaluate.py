"""`evaluate`: probes and metrics over many sessions, policies and budgets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memview.cli.options import CORE_TOKENS, MOST_TOKENS, WINDOW_TOKENS, comma_separated, json_option
from memview.cli.output import print_json, write_lines
from memview.model.display import printable

if TYPE_CHECKING:
    from memview.evaluate.sweep import Progress
    from memview.model.session import Session

_MOST_DIGITS = len(str(MOST_TOKENS))


@click.command("evaluate")
@click.argument("sessions", nargs=-1, required=True)
@click.option("--policies", required=True, metavar="A,B,...", help="Names or YAML files; `all`: every policy.")
@click.option("--budgets", metavar="N,N,...", help="Core budgets in tokens (default: the session's own).")
@click.option("--retrieval-budgets", metavar="N,N,...", help="Budgets of the retrieved section in tokens.")
@click.option("--core", type=CORE_TOKENS, metavar="N", help="The one core budget, while others are varied.")
@click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens.")
@click.option("--categories", metavar="C,C,...", help="Ask only probes of these categories.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (default: one a processor).")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Keep results here; go on where it ends.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def evaluate_command(
    sessions: tuple[str, ...],
    policies: str,
    budgets: str | None,
    retrieval_budgets: str | None,
    core: int | None,
    window: int | None,
    categories: str | None,
    seed: int,
    workers: int | None,
    out: Path | None,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Measure policies on SESSIONS: files of any format, directories, samples. Exit status 1 when any of it failed."""
    from memview.cli.evaluate_report import csv_lines, report
    from memview.evaluate import evaluate, grid_of
    from memview.evaluate.grid import ALL_POLICIES
    from memview.policies import plugin_problems

    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other", ctx=click.get_current_context())
    names = comma_separated(policies, "--policies")
    grid = grid_of(
        names,
        token_numbers(budgets, "--budgets"),
        token_numbers(retrieval_budgets, "--retrieval-budgets"),
        core=core,
        window=window,
        seed=seed,
        categories=None if categories is None else comma_separated(categories, "--categories"),
    )
    if any(name.lower() == ALL_POLICIES for name in names):
        for problem in plugin_problems():
            _note(problem)
    reading = _Reading(sessions, out)
    try:
        with _progress() as on_progress:
            evaluation = evaluate(
                reading.sessions(), grid, workers=workers, out=out, on_progress=on_progress, on_note=_note
            )  # fmt: skip
    except KeyboardInterrupt:
        kept = "nothing is kept without --out" if out is None else f"what is done is in {out}; run it again to go on"
        _note(f"interrupted; {kept}")
        raise
    for problem in evaluation.problems:
        click.echo(f"[ERROR] {printable(problem)}", err=True)
    if as_json:
        print_json([result.as_dict() for result in evaluation.results])
    elif as_csv:
        write_lines(csv_lines(evaluation))
    elif evaluation.results:
        write_lines(report(evaluation))
    return 1 if reading.failed or evaluation.problems else 0


class _Reading:
    """The sessions that are named, while they are read; `failed` tells whether one could not be."""

    def __init__(self, names: tuple[str, ...], out: Path | None) -> None:
        self.failed = False
        self._names = names
        self._out = out

    def sessions(self) -> Iterator[Session]:
        """Each session with the budgets of the settings; what is wrong goes to stderr as it is met."""
        from memview.evaluate import sessions_of
        from memview.settings import load_settings

        budgets = load_settings().budgets
        noted = 0
        for session, notes in sessions_of(self._names, self._fail, self._out):
            noted += bool(notes)
            yield budgets.applied_to(session)
        if noted:
            _note(
                f"{noted} of the sessions could not be mapped whole; `memview validate` and `import` say what is left"
            )

    def _fail(self, problem: str) -> None:
        self.failed = True
        click.echo(f"[ERROR] {printable(problem)}", err=True)


def _note(text: str) -> None:
    click.echo(f"[NOTE] {printable(text)}", err=True)


def token_numbers(text: str | None, option: str) -> list[int]:
    """The numbers of tokens in `N,N,...`; none for None. Raises a usage error for anything else."""
    numbers = []
    for part in [] if text is None else comma_separated(text, option):
        if not (part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS and int(part) <= MOST_TOKENS):
            raise click.UsageError(
                f"{option}: {printable(part[: _MOST_DIGITS + 1])!r} is no number of tokens (0 to {MOST_TOKENS:,})",
                ctx=click.get_current_context(),
            )
        numbers.append(int(part))
    return numbers


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar with the time that is left on stderr, when that is a terminal; else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading sessions", total=None)
        yield lambda done, total: bar.update(task, description="cells", completed=done, total=total)
