"""`import` and `validate`: foreign formats in, session files checked."""

from __future__ import annotations

from pathlib import Path

import click

from memview.cli.output import print_json, write_lines
from memview.model.display import printable
from memview.model.errors import MemviewError, SessionFileError


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-f", "--format", "format_name", metavar="FORMAT", help="A name of `memview formats`; else by content.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Session file to write.")
@click.option("--select", metavar="ID", help="Which conversation, when the file holds several.")
def import_command(file: Path, format_name: str | None, output: Path, select: str | None) -> None:
    """Turn a foreign FILE into a session file."""
    from memview.sessions.importers import import_session
    from memview.sessions.writer import write_session

    file, output = _at_home(file), _at_home(output)
    if _is_same_file(file, output):
        raise MemviewError(f"{output}: the output is the file that is imported; name another one")
    imported = import_session(file, format_name, select=select)
    session = imported.session
    write_session(session, output)
    lines = [
        f"{printable(str(output))}: {len(session.turns)} turns, {session.memory_count} memories, "
        f"{len(session.probes)} probes from {imported.format}"
    ]
    lines += [f"note: {printable(note)}" for note in imported.notes]
    write_lines(lines)


@click.command("validate")
@click.argument("file", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a session file's lines.")
def validate_command(file: str | None, schema: bool) -> None:
    """Check a session FILE: its format, references and order of time."""
    if schema:
        from memview.sessions.json_schema import session_json_schema

        print_json(session_json_schema())
        return
    if file is None:
        raise click.UsageError("missing argument FILE", ctx=click.get_current_context())
    from memview.sessions.catalogue import find_session
    from memview.sessions.reader import read_session

    path = find_session(file)
    try:
        loaded = read_session(path)
    except SessionFileError:
        # A pipe can be read only once; of a file that is no session file, its format is worth a second look.
        foreign = _foreign_format(path) if path.is_file() else None
        if foreign is None:
            raise
        hint = "not a session file; `memview import` makes it one"
        raise MemviewError(f"{path}: is a foreign file ({foreign}), {hint}") from None
    for warning in loaded.warnings:
        click.echo(f"[WARN] {printable(warning)}", err=True)
    session = loaded.session
    write_lines(
        [
            f"{printable(str(path))}: valid: {len(session.turns)} turns, {session.memory_count} memories, "
            f"{len(session.probes)} probes, {len(loaded.warnings)} warnings"
        ]
    )


def _at_home(path: Path) -> Path:
    """`path` with `~` as a home directory; a `~name` that nobody has is a name like any other."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _foreign_format(path: Path) -> str | None:
    from memview.sessions.importers import detect_format

    try:
        found = detect_format(path)
    except SessionFileError:  # of no format at all: the reader says in which line and field
        return None
    return None if found == "native" else found


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there, or no file at all: reading or writing it says what is wrong
        return False
