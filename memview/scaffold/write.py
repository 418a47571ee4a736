"""Writing the scaffold: all of its files or none."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory

from memview.model.errors import MemviewError

DEFAULT_NAME = "agent_memory"
"""The name of the package in the template, which another one takes the place of: the only substitution."""

_TEMPLATE = Path(__file__).parent / "template"
_SUFFIXES = frozenset({".py", ".md", ".toml"})
_OCCURRENCE = re.compile(rf"\b{DEFAULT_NAME}\b")
_IDENTIFIER = re.compile(r"[A-Za-z](?:\w*[A-Za-z0-9])?", re.ASCII)
_LONGEST_NAME = 60
_TAKEN = frozenset({"memview", "pytest", "conftest"})


class ScaffoldError(MemviewError):
    """A directory that the scaffold cannot be written to, or a name that a package cannot have."""


def scaffold_files(name: str = DEFAULT_NAME) -> dict[str, str]:
    """The files of a scaffold whose package is called `name`: path with `/` to text, sorted by path.

    Raises ScaffoldError for a name that a package cannot have.
    """
    _check_name(name)
    return {
        _OCCURRENCE.sub(name, path.relative_to(_TEMPLATE).as_posix()): _OCCURRENCE.sub(
            name, path.read_text(encoding="utf-8")
        )
        for path in sorted(_TEMPLATE.rglob("*"))
        if _belongs(path)
    }


def write_scaffold(directory: str, name: str = DEFAULT_NAME) -> list[str]:
    """Write a scaffold to `directory`, new or empty (`~` is a home directory); returns the paths of its files in it.

    The files are written elsewhere on the same disk and moved there in the end: an error leaves nothing behind. Raises
    ScaffoldError when the directory is a file, is not empty or cannot be written, and for a bad name.
    """
    files = scaffold_files(name)
    if not directory:
        raise ScaffoldError("the directory has no name; give one, such as my_memory")
    try:
        target = _located(directory)
        if target.exists():
            _fill(target, directory, files)
        else:
            _make(target, files)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise ScaffoldError(f"{directory}: cannot be written ({reason}); name another directory") from None
    return list(files)


def _belongs(path: Path) -> bool:
    """Whether a path is of the template, and not what a tool left there: a cache, bytecode, a recording."""
    *directories, last = path.relative_to(_TEMPLATE).parts
    if any(part.startswith(".") for part in directories):
        return False
    return (path.suffix in _SUFFIXES or last == ".gitignore") and path.is_file()


def _located(directory: str) -> Path:
    """The directory itself, behind links; a `~name` that nobody has is a name like any other."""
    path = Path(directory)
    with suppress(RuntimeError):
        path = path.expanduser()
    return Path(os.path.realpath(path))


def _check_name(name: str) -> None:
    if not _IDENTIFIER.fullmatch(name) or len(name) > _LONGEST_NAME:
        shape = f"letters, digits and underscores, at most {_LONGEST_NAME}, a letter first and no underscore last"
        raise ScaffoldError(f"--name {name[:_LONGEST_NAME]!r}: no name for a package; use {shape}")
    if iskeyword(name):
        raise ScaffoldError(f"--name {name!r}: is a keyword of Python; use another, such as {name}_memory")
    if name in sys.stdlib_module_names or name in _TAKEN:
        raise ScaffoldError(f"--name {name!r}: a module has that name already; use another, such as {name}_memory")
    entries = {path.name.casefold() for path in _TEMPLATE.iterdir()} - {DEFAULT_NAME}
    if name.casefold() in entries:
        raise ScaffoldError(f"--name {name!r}: the scaffold has a directory of that name; use another")


def _fill(target: Path, directory: str, files: Mapping[str, str]) -> None:
    """Put the files into a directory that is there. It stays the one it is: a shell may stand in it."""
    if not target.is_dir():
        raise ScaffoldError(f"{directory}: is a file; name a new or an empty directory")
    if any(target.iterdir()):
        raise ScaffoldError(f"{directory}: is not empty; name a new or an empty directory")
    with TemporaryDirectory(prefix=".memview-", dir=target) as staging:
        whole = Path(staging) / "scaffold"
        _write(whole, files)
        moved: list[Path] = []
        try:
            for entry in sorted(whole.iterdir()):
                moved.append(entry.rename(target / entry.name))
        except BaseException:
            for entry in moved:
                with suppress(OSError):
                    entry.rename(whole / entry.name)
            raise


def _make(target: Path, files: Mapping[str, str]) -> None:
    """Make the directory, and those above it, with the files in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".memview-", dir=target.parent) as staging:
        whole = Path(staging) / "scaffold"
        _write(whole, files)
        whole.rename(target)


def _write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
