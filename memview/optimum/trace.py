"""An access trace: which pages were asked for, in which order, and how large they are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class AccessTrace:
    """One key and one size (tokens) per access; a key has one size throughout.

    An edited memory is another key: no page may be served in a version that it does not have. `scored` says which
    accesses count as requests, None that all do. One that does not count is a placement (a load before the first turn,
    a write to the core): it makes the page available, and neither hits nor misses. Raises ValueError for columns of
    different lengths, a negative size, or a key with two sizes.
    """

    keys: Sequence[Hashable]
    sizes: Sequence[int]
    scored: Sequence[bool] | None = None

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.keys) or (self.scored is not None and len(self.scored) != len(self.keys)):
            raise ValueError("an access trace needs one size (and one mark, if any) per access")
        known: dict[Hashable, int] = {}
        for place, (key, size) in enumerate(zip(self.keys, self.sizes, strict=True)):
            if size < 0:
                raise ValueError(f"access {place}: size {size} is negative")
            if known.setdefault(key, size) != size:
                raise ValueError(f"access {place}: {key!r} has size {size}, and had {known[key]}")

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def requests(self) -> int:
        """How many accesses count."""
        return len(self.keys) if self.scored is None else sum(map(bool, self.scored))

    def counts(self, place: int) -> bool:
        """Whether access number `place` is a request."""
        return self.scored is None or bool(self.scored[place])


class Reuse(NamedTuple):
    """A request and the access of the same key before it, as numbers of accesses: kept in between, the request hits."""

    begin: int
    end: int
    size: int


def reuses(trace: AccessTrace) -> list[Reuse]:
    """The reuse intervals of `trace` in order of their ends. Those that end in a placement can hit nothing."""
    last: dict[Hashable, int] = {}
    found = []
    for place, (key, size) in enumerate(zip(trace.keys, trace.sizes, strict=True)):
        before = last.get(key)
        if before is not None and trace.counts(place):
            found.append(Reuse(before, place, size))
        last[key] = place
    return found
