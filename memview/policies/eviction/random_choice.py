"""Random: any page may leave. Seeded, so that a replay repeats. The control for every cleverer policy."""

from __future__ import annotations

import random
from collections.abc import Callable

from memview.kernel.protocols import Page, Victim


class RandomChoice:
    """Draws among pages in order of arrival by a seeded Mersenne Twister; each departure draws anew."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  (a replay, not a secret)
        # random() and not randrange(): its stream is the same on every Python version.
        self._draw = self._random.random()
        self._pages: dict[int, Page] = {}

    def admit(self, page: Page, turn: int) -> None:  # noqa: ARG002
        self._pages[page.item] = page

    def touch(self, page: Page, turn: int) -> None:
        """A hit changes nothing."""

    def remove(self, page: Page) -> None:
        del self._pages[page.item]
        self._draw = self._random.random()

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:  # noqa: ARG002
        allowed = [page for page in self._pages.values() if may_leave(page)]
        if not allowed:
            return None
        draw = int(self._draw * len(allowed))
        return Victim(
            allowed[draw], "draw", float(draw), None, "random: drew {value:.0f} of {count}", None, len(allowed)
        )
