"""What a ranking stage that passes scores on between records has to offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Loan(NamedTuple):
    """`item` lends `share` of what a term scores in it; `stage` says why."""

    stage: str
    item: int
    share: float


class Lender(Protocol):
    """Records that lend shares of their term scores to others. Grows with the index, item by item."""

    def add(self, item: int, is_message: bool, sources: tuple[int, ...]) -> None:
        """Learn of the item that is indexed next; `sources` are the records that it derives from."""

    def lend(self, own: NDArray[np.float64], squares: NDArray[np.float64]) -> None:
        """Add the squares of what is lent to `squares`, given each term's `own` scores: one row a term."""

    def loans(self, item: int, corpus_size: int) -> Iterator[Loan]:
        """Who lends to `item` when only the first `corpus_size` items exist."""
