"""Random: any page may leave. Seeded, so that a replay repeats. The control for every cleverer policy."""

from __future__ import annotations

import random
from collections.abc import Callable

from memview.kernel.protocols import Page, Victim
from memview.policies.eviction.queue import ArrivalQueue


class RandomChoice(ArrivalQueue):
    """Draws among pages in order of arrival by a seeded Mersenne Twister; each departure draws anew."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)  # noqa: S311  (a replay, not a secret)
        # random() and not randrange(): its stream is the same on every Python version.
        self._draw = self._random.random()

    def remove(self, page: Page) -> None:
        """`page` leaves, and the next draw is made."""
        super().remove(page)
        self._draw = self._random.random()

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        """The page that was drawn."""
        allowed = [page for page in self if may_leave(page)]
        if not allowed:
            return None
        draw = int(self._draw * len(allowed))
        return Victim(
            allowed[draw], "draw", float(draw), None, "random: drew {value:.0f} of {count}", None, len(allowed)
        )
