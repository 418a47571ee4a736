"""`scaffold`: a working two-tier memory for a new agent, as plain Python to keep and to change."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

import click

from memview.cli.output import write_lines
from memview.model.display import printable

_HOME = re.compile(r"~[\w.-]*", re.ASCII)


@click.command("scaffold")
@click.argument("directory", metavar="DIR")
@click.option("--name", default="agent_memory", show_default=True, metavar="NAME", help="Name of the Python package.")
def scaffold_command(directory: str, name: str) -> None:
    """Write a small two-tier memory for a new agent to DIR: plain Python, its own tests, a SKILL.md."""
    from memview.scaffold.write import write_scaffold

    write_lines(_account(directory, name, write_scaffold(directory, name)))


def _account(directory: str, name: str, files: Sequence[str]) -> Iterator[str]:
    yield f"{printable(directory)}: {len(files)} files"
    for file in files:
        yield f"  {file}"
    yield ""
    yield "Next:"
    yield f"  cd {_for_the_shell(directory)} && python3 -m pytest -q"
    yield f"  python3 -m {name} session.jsonl"
    yield "  memview session.jsonl"


def _for_the_shell(directory: str) -> str:
    """The directory as a shell takes it; a leading `~` stays one that the shell expands."""
    home, slash, rest = printable(directory).partition("/")
    if _HOME.fullmatch(home):
        return home + slash + (shlex.quote(rest) if rest else "")
    whole = home + slash + rest
    return shlex.quote(f"./{whole}" if whole.startswith("-") else whole)
