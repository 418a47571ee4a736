"""What a ranking stage that multiplies whole scores has to offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Factor(NamedTuple):
    """A score is multiplied by `value`; `why` says what for."""

    why: str
    value: float


class Weight(Protocol):
    """Favours items for what is recorded about them. Grows with the index, item by item."""

    def add(self, item: int, text: str, at: str | None) -> None:
        """Learn of the item that is indexed next: its text, and when it was said or written (ISO 8601)."""

    def favoured(self, question: str) -> NDArray[np.intp] | None:
        """The items that `question` favours, each once; None when it says nothing that would."""

    def factor(self, item: int, question: str, corpus_size: int) -> Factor | None:
        """What `question` multiplies the score of `item` by when only the first `corpus_size` items exist."""

    @property
    def value(self) -> float:
        """The number that scores of favoured items are multiplied by."""
