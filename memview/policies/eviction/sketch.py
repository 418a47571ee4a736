"""A counting sketch of how often keys were seen: never too low, now and then too high.

The hash is our own (two rounds of SplitMix64, the second odd, for double hashing): the same on every platform.
"""

from __future__ import annotations

_MASK = 2**64 - 1
_MOST_COUNTERS = 2**22
_HASHES = 10


class Sketch:
    """Ten counters a key, of `size` in all and 4 Mi at most; a counter stops at 255."""

    __slots__ = ("_counters", "_places")

    def __init__(self, size: int) -> None:
        self._counters = bytearray(max(_HASHES, min(size, _MOST_COUNTERS)))
        self._places: dict[int, tuple[int, ...]] = {}

    def _of(self, key: int) -> tuple[int, ...]:
        places = self._places.get(key)
        if places is None:
            size = len(self._counters)
            first, second = _mixed(key), _mixed(key ^ _MASK) | 1
            places = self._places[key] = tuple((first + turn * second) % size for turn in range(_HASHES))
        return places

    def estimate(self, key: int) -> int:
        """How often `key` was seen."""
        counters = self._counters
        return min(counters[place] for place in self._of(key))

    def add(self, key: int) -> None:
        """`key` was seen: all of its counters rise."""
        counters = self._counters
        for place in self._of(key):
            if counters[place] < 255:
                counters[place] += 1

    def halve(self) -> None:
        """Let what was seen long ago count half."""
        self._counters = self._counters.translate(_HALVES)

    def copy(self) -> Sketch:
        """One that goes its own way. Places depend on the key alone: both may share them."""
        twin = object.__new__(Sketch)
        twin._counters = self._counters[:]
        twin._places = self._places
        return twin


_HALVES = bytes(count >> 1 for count in range(256))


def _mixed(key: int) -> int:
    """SplitMix64 of `key`."""
    value = (key + 0x9E3779B97F4A7C15) & _MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
    return value ^ value >> 31
