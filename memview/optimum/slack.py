"""What is left of each cell's capacity, with the minimum over a range in two levels."""

from __future__ import annotations

import numpy as np

from memview.optimum.packing import Integers

BLOCK = 4096
"""Cells a block. A range touches at most two blocks cell by cell and the others as one number each, which numpy does
faster than a segment tree in Python up to some ten million cells."""

_least = np.minimum.reduce


class Slack:
    """Free tokens per cell of time."""

    def __init__(self, capacities: Integers, block: int = BLOCK) -> None:
        self._block = block
        self._free = capacities.copy()
        blocks = -(-len(capacities) // block)
        self._owed = np.zeros(blocks, np.int64)
        self._lowest = np.array([self._of_block(number) for number in range(blocks)], np.int64)

    def lowest(self, start: int, end: int) -> int:
        """The fewest free tokens in any cell from `start` up to, not including, `end`. Raises ValueError for none."""
        block, free, owed = self._block, self._free, self._owed
        first, last = start // block, (end - 1) // block
        if first == last:
            return int(_least(free[start:end]) - owed[first])
        found = min(
            _least(free[start : (first + 1) * block]) - owed[first],
            _least(free[last * block : end]) - owed[last],
        )
        if last - first > 1:
            found = min(found, _least(self._lowest[first + 1 : last]))
        return int(found)

    def take(self, start: int, end: int, size: int) -> None:
        """Use `size` tokens of every cell from `start` up to, not including, `end`."""
        block, free = self._block, self._free
        first, last = start // block, (end - 1) // block
        if first == last:
            free[start:end] -= size
        else:
            free[start : (first + 1) * block] -= size
            free[last * block : end] -= size
            self._owed[first + 1 : last] += size
            self._lowest[first + 1 : last] -= size
        # Of two blocks neither ever lies between others, so nobody asks for the least of one.
        if len(self._lowest) > 2:
            self._lowest[first], self._lowest[last] = self._of_block(first), self._of_block(last)

    def _of_block(self, number: int) -> int:
        cells = self._free[number * self._block : (number + 1) * self._block]
        return int(_least(cells) - self._owed[number])
