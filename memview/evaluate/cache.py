"""Results kept between runs: one small JSON file each, in the user's cache directory, by what they were made of.

Nothing depends on it. A file that is torn, foreign or of another shape counts as absent and is written anew; a
directory that cannot be written keeps nothing. What was used least lately goes first when there is too much.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from memview.evaluate.identity import Identity, key_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

CACHE_VARIABLE = "MEMVIEW_CACHE"
"""Environment variable that names another cache directory."""

MOST_BYTES = 32 * 1024 * 1024
_SHAPE = 1
_LOOK_EVERY = 64
"""Results written between two looks at how much there is."""

T = TypeVar("T")


def cache_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """Where results are kept: `MEMVIEW_CACHE`, or the user's cache directory."""
    named = environ.get(CACHE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("memview", appauthor=False)


class ResultCache:
    """Results of any dataclass, by identity. Safe to use from several processes: files are replaced whole."""

    def __init__(self, directory: Path | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._room = (directory or cache_directory()) / "results"
        self._most_bytes = most_bytes
        self._written = 0
        self._adapters: dict[type[object], TypeAdapter[object]] = {}

    def find(self, identity: Identity, kind: type[T]) -> T | None:
        """The `kind` kept for `identity`; None when there is none that can be read."""
        path = self._path(identity, kind)
        try:
            content = json.loads(path.read_bytes(), parse_constant=_refuse)
            if content["identity"] != json.loads(key_of(identity)):
                return None
            found = self._adapter(kind).validate_python(content["value"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found if isinstance(found, kind) else None

    def keep(self, identity: Identity, value: object) -> None:
        """Keep `value`, an instance of a dataclass, for `identity`."""
        kind = type(value)
        content = {"identity": identity, "value": self._adapter(kind).dump_python(value, mode="json")}
        target = self._path(identity, kind)
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-", text=True)
            try:
                with os.fdopen(handle, "w", encoding="ascii") as stream:
                    json.dump(content, stream, separators=(",", ":"), allow_nan=False)
                Path(temporary).replace(target)
            except (OSError, ValueError):
                Path(temporary).unlink(missing_ok=True)
                raise
        self._written += 1
        if self._written % _LOOK_EVERY == 1:
            self.trim()

    def trim(self) -> None:
        """Take out what was used least lately until the rest takes no more room than it may."""
        with contextlib.suppress(OSError):
            files = sorted(
                ((entry.stat().st_mtime_ns, entry.name, entry.stat().st_size) for entry in os.scandir(self._room)),
                reverse=True,
            )
            room = self._most_bytes
            for _, name, size in files:
                room -= size
                if room < 0:
                    (self._room / name).unlink(missing_ok=True)

    def _adapter(self, kind: type[object]) -> TypeAdapter[object]:
        from pydantic import TypeAdapter

        known = self._adapters.get(kind)
        if known is None:
            known = self._adapters[kind] = TypeAdapter(kind)
        return known

    def _path(self, identity: Identity, kind: type[object]) -> Path:
        whole = f"{_SHAPE} {kind.__qualname__} {key_of(identity)}"
        return self._room / f"{hashlib.sha256(whole.encode('ascii')).hexdigest()[:40]}.json"


def _refuse(value: object) -> NoReturn:
    raise ValueError(value)
