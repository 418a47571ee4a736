"""Names of files that are to be written: free ones, and what is wrong with one that a person typed."""

from __future__ import annotations

from pathlib import Path


def free_name(directory: Path, stem: str, suffix: str) -> str:
    """`stem` with `suffix`, or with a number before it, so that there is no such file in `directory`."""
    name = f"{stem}{suffix}"
    number = 2
    while (directory / name).exists():
        name = f"{stem}-{number}{suffix}"
        number += 1
    return name


def new_file(text: str, directory: Path) -> Path:
    """The file that a person means by `text`. Raises RuntimeError for the home of somebody who is not there."""
    return directory / Path(text.strip()).expanduser()


def complaint_about_new(text: str, directory: Path, suffixes: tuple[str, ...]) -> str:
    """Why no new file can be written to `text`, or "" when one can."""
    if not text.strip():
        return "write a file name"
    if not text.isprintable():
        return "that is no path"
    try:
        path = new_file(text, directory)
        if not path.name.endswith(suffixes):
            return f"end the name in {' or '.join(suffixes)}"
        if path.exists() or path.is_symlink():
            return f"{path} exists already; choose another name"
        return "" if path.parent.is_dir() else f"there is no directory {path.parent}"
    except (OSError, ValueError, RuntimeError):
        return "that is no path"
