"""`policies`, `sessions`, `themes`, `formats`: what there is, one line each."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

import click

from memview.cli.options import json_option
from memview.cli.output import print_json, write_lines
from memview.model.display import fit, printable


@click.command("policies")
@json_option
def policies_command(as_json: bool) -> None:
    """List the policies by family. A plugin that cannot be used is told on stderr."""
    from memview.policies import plugin_problems, policy_catalogue

    fields = ("name", "version", "family", "provenance", "summary")
    policies = sorted(policy_catalogue(), key=lambda spec: spec.family)
    rows = [{field: getattr(spec, field) for field in fields} for spec in policies]
    _print(rows, [(spec.label, spec.family, spec.summary) for spec in policies], as_json)
    for problem in plugin_problems():
        click.echo(f"[NOTE] {printable(problem)}", err=True)


@click.command("sessions")
@json_option
def sessions_command(as_json: bool) -> None:
    """List the sample sessions and what each of them teaches."""
    from memview.sessions.catalogue import list_samples

    samples = list_samples()
    rows = [
        {"session_id": info.session_id, "title": info.title, "lesson": info.lesson, "turns": info.turns}
        for info in samples
    ]
    lines = [(info.session_id, f"{info.turns} turns", info.title, info.lesson) for info in samples]
    _print(rows, lines, as_json)


@click.command("themes")
@json_option
def themes_command(as_json: bool) -> None:
    """List the colour themes."""
    from memview.tui.themes import theme_catalogue

    themes = theme_catalogue()
    rows = [{"name": theme.name, "dark": theme.dark, "description": theme.description} for theme in themes]
    lines = [(theme.name, "dark" if theme.dark else "light", theme.description) for theme in themes]
    _print(rows, lines, as_json)


@click.command("formats")
@json_option
def formats_command(as_json: bool) -> None:
    """List the file formats that memview reads."""
    from memview.sessions.importers import FORMATS

    rows = [{"name": importer.name, "summary": importer.summary} for importer in FORMATS]
    _print(rows, [(importer.name, importer.summary) for importer in FORMATS], as_json)


def _print(rows: Sequence[object], lines: Sequence[tuple[object, ...]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    cells = [[printable(str(cell)) for cell in line] for line in lines]
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*cells, strict=True)]
    room = _room()
    whole = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
    write_lines(line if room is None else fit(line, room).rstrip() for line in whole)


def _room() -> int | None:
    """Cells of a line on a terminal; None when the output is none, where nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
