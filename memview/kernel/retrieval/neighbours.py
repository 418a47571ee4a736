"""Neighbours: a message lends a share of its score to those around it, for an answer seldom repeats its question."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from memview.kernel.retrieval.lender import Lender, Loan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Neighbours(Lender):
    """Messages lend `share` to the one before and after, `share` squared two messages away, up to `reach` of them."""

    def __init__(self, share: float, reach: int) -> None:
        self._shares = [share**distance for distance in range(1, reach + 1)]
        self._messages = array("I")

    def add(self, item: int, is_message: bool, sources: tuple[int, ...]) -> None:  # noqa: ARG002
        if is_message:
            self._messages.append(item)

    def lend(self, own: NDArray[np.float64], squares: NDArray[np.float64]) -> None:
        import numpy as np

        places = np.array(self._messages, dtype=np.intp)
        said = own[:, places]
        for distance, share in enumerate(self._shares, start=1):
            if distance >= len(places):
                break
            lent = share * said
            lent *= lent
            squares[:, places[distance:]] += lent[:, :-distance]
            squares[:, places[:-distance]] += lent[:, distance:]

    def loans(self, item: int, corpus_size: int) -> Iterator[Loan]:
        place = bisect_left(self._messages, item)
        if place == len(self._messages) or self._messages[place] != item:
            return
        for distance, share in enumerate(self._shares, start=1):
            for other in (place - distance, place + distance):
                if 0 <= other < len(self._messages) and self._messages[other] < corpus_size:
                    yield Loan("neighbour", self._messages[other], share)
