"""Many texts examined at once, on all processors where that is worth starting processes for."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from memview.guard.screening import Screening, Source, screen
from memview.guard.sensitive import find_sensitive

_WORTH_PROCESSES = 1_500_000
"""Characters from which on starting processes costs less than it saves."""
_CHUNK = 200_000
"""Characters that a process takes at a time."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the guard found in a text; `sensitive` are kinds of credentials and personal data, sorted."""

    screening: Screening
    sensitive: tuple[str, ...]


def examine(text: str, source: Source) -> Examined:
    """Screen `text` by the bar of `source`, and look for what is sensitive in it."""
    kinds = sorted({finding.kind for finding in find_sensitive(text)})
    return Examined(screen(text, source), tuple(kinds))


def examine_all(texts: Sequence[tuple[str, Source]], processors: int | None = None) -> Iterator[Examined]:
    """The same for each of `texts`, in order. `processors`: how many may work; None: all that this program may use."""
    allowed = _processors() if processors is None else processors
    if allowed < 2 or sum(len(text) for text, _ in texts) < _WORTH_PROCESSES:
        for text, source in texts:
            yield examine(text, source)
        return
    # Spawned, not forked: the same on every system, and safe beside threads.
    with ProcessPoolExecutor(allowed, mp_context=multiprocessing.get_context("spawn")) as pool:
        for chunk in pool.map(_examine_chunk, list(_chunks(texts))):
            yield from chunk


def _examine_chunk(texts: Sequence[tuple[str, Source]]) -> list[Examined]:
    return [examine(text, source) for text, source in texts]


def _chunks(texts: Iterable[tuple[str, Source]]) -> Iterator[list[tuple[str, Source]]]:
    chunk: list[tuple[str, Source]] = []
    size = 0
    for text, source in texts:
        chunk.append((text, source))
        size += len(text)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _processors() -> int:
    """Processors that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
