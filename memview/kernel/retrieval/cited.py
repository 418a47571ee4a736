"""Cited records: what was derived from a record (an observation, a summary) says in other words what it is about."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from math import sqrt
from typing import TYPE_CHECKING

from memview.kernel.retrieval.lender import Lender, Loan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Cited(Lender):
    """A derived memory lends `share` to its source; to n sources, `share` over the square root of n each."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._lenders = array("I")
        self._borrowers = array("I")
        self._shares = array("d")
        self._by_borrower: dict[int, list[Loan]] = {}

    def add(self, item: int, is_message: bool, sources: tuple[int, ...]) -> None:  # noqa: ARG002
        share = self._share / sqrt(len(sources)) if sources else 0.0
        for source in sources:
            self._lenders.append(item)
            self._borrowers.append(source)
            self._shares.append(share)
            self._by_borrower.setdefault(source, []).append(Loan("cited by", item, share))

    def lend(self, own: NDArray[np.float64], squares: NDArray[np.float64]) -> None:
        import numpy as np

        if not self._lenders:
            return
        borrowers = np.array(self._borrowers, dtype=np.intp)
        lent = own[:, np.array(self._lenders, dtype=np.intp)] * np.array(self._shares)
        lent *= lent
        for number, amounts in enumerate(lent):
            squares[number] += np.bincount(borrowers, weights=amounts, minlength=squares.shape[1])

    def loans(self, item: int, corpus_size: int) -> Iterator[Loan]:
        return (loan for loan in self._by_borrower.get(item, ()) if loan.item < corpus_size)
