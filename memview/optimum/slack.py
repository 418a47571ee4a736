"""What is left of each cell's capacity, with the minimum over a range in two levels."""

from __future__ import annotations

import numpy as np

from memview.optimum.packing import Integers

BLOCK = 4096
"""Cells a block. A range touches at most two blocks cell by cell and the others as one number each, which numpy does
faster than a segment tree in Python up to some ten million cells."""


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
            return int(free[start:end].min() - owed[first])
        head = free[start : (first + 1) * block].min() - owed[first]
        found = min(head, free[last * block : end].min() - owed[last])
        if last - first > 1:
            found = min(found, self._lowest[first + 1 : last].min())
        return int(found)

    def take(self, start: int, end: int, size: int) -> None:
        """Use `size` tokens of every cell from `start` up to, not including, `end`."""
        block = self._block
        first, last = start // block, (end - 1) // block
        if first == last:
            self._free[start:end] -= size
            self._lowest[first] = self._of_block(first)
            return
        self._free[start : (first + 1) * block] -= size
        self._free[last * block : end] -= size
        self._lowest[first], self._lowest[last] = self._of_block(first), self._of_block(last)
        self._owed[first + 1 : last] += size
        self._lowest[first + 1 : last] -= size

    def _of_block(self, number: int) -> int:
        cells = self._free[number * self._block : (number + 1) * self._block]
        return int(cells.min() - self._owed[number])
