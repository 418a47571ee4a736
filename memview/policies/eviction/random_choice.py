"""Random: anyone may leave. Seeded, so that a replay repeats. The control for every cleverer policy."""

from __future__ import annotations

import random
from collections.abc import Mapping, Set
from typing import ClassVar

from memview.kernel.protocols import Page
from memview.policies.eviction.cache import NOTHING_LOCKED, Cache, Forecast, Grounds


class Draws:
    """A seeded stream of numbers of which one is drawn ahead."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  (a replay, not a secret)
        self.drawn = 0.0
        self.draw()

    def draw(self) -> None:
        """Draw the next number."""
        # random() and not randrange(): its stream is the same on every Python version.
        self.drawn = self._random.random()

    def of(self, count: int) -> int:
        """The place among `count` that the number stands for."""
        return int(self.drawn * count)

    def copy(self) -> Draws:
        """A stream that goes on as this one does."""
        twin = object.__new__(Draws)
        twin._random = random.Random(0)  # noqa: S311
        twin._random.setstate(self._random.getstate())
        twin.drawn = self.drawn
        return twin


class RandomChoice(Cache):
    """Draws among keys in order of arrival by a seeded Mersenne Twister; each departure draws anew."""

    parts: ClassVar[tuple[str, ...]] = ("sizes", "arrivals", "draws")

    def __init__(self, capacity: int, seed: int) -> None:
        super().__init__(capacity)
        self.sizes: dict[int, int] = {}
        self.arrivals: list[int] = []
        self.draws = Draws(seed)

    def residents(self) -> dict[int, int]:
        return self.sizes.copy()

    def touch(self, key: int) -> bool:
        return key in self.sizes

    def insert(self, key: int, size: int) -> None:
        self.sizes[key] = size
        self.arrivals.append(key)
        self.used += size
        self.log.append(key)

    def evict(self, locked: Set[int] = NOTHING_LOCKED) -> int:
        """The one that was drawn leaves."""
        key = self.forecast(locked).key
        self.expel(key)
        return key

    def forecast(self, locked: Set[int] = NOTHING_LOCKED) -> Forecast:
        """The one that was drawn; nobody is next to it."""
        allowed = [key for key in self.arrivals if key not in locked] if locked else self.arrivals
        if not allowed:
            raise LookupError("nothing may leave")
        return Forecast(allowed[self.draws.of(len(allowed))], None, None)

    def discard(self, key: int) -> None:
        """The next draw is made."""
        self.used -= self.sizes.pop(key)
        self.arrivals.remove(key)
        self.draws.draw()
        self.log.append(~key)

    def grounds(self, key: int, runner_up: int | None, pages: Mapping[int, Page], turn: int) -> Grounds:  # noqa: ARG002
        return Grounds("draw", float(self.draws.of(len(pages))), None, "random: drew {value:.0f} of {count}")
