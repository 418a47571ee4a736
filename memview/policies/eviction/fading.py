"""Fading attention: a share of it for each item, given by events, half forgotten before long.

Every tick multiplies all that was given before by memory / (memory + 1). Instead of touching every item, later gifts
grow by the inverse: only shares are ever asked for, and in a share the growth cancels. Nothing but sums, products and
quotients is computed, so shares are the same to the last bit on every machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

_GROWN = 1e120
_NEGLIGIBLE = 1e-60


class Fading:
    """`memory` is how many ticks a gift lasts; `lag` how many ticks `share_before` looks back."""

    __slots__ = ("_growth", "_lag", "_recent", "_unit", "before", "before_total", "now", "total")

    def __init__(self, memory: float, lag: int) -> None:
        self._growth = 1.0 + 1.0 / memory
        self._unit = 1.0
        self._lag = lag
        self._recent: deque[dict[int, float]] = deque()
        self.now: dict[int, float] = {}
        self.total = 0.0
        self.before: dict[int, float] = {}
        self.before_total = 0.0

    def copy(self) -> Fading:
        """An independent twin; gifts of the past are shared, as nothing changes them."""
        twin: Fading = object.__new__(Fading)
        twin._growth, twin._unit, twin._lag = self._growth, self._unit, self._lag
        twin._recent = self._recent.copy()
        twin.now, twin.total = self.now.copy(), self.total
        twin.before, twin.before_total = self.before.copy(), self.before_total
        return twin

    def tick(self, gifts: Mapping[int, float]) -> None:
        """Let everything fade by a tick, and give each item of `gifts` so much."""
        self._unit *= self._growth
        if self._unit > _GROWN:
            self._shrink()
        unit = self._unit
        scaled = {item: gift * unit for item, gift in gifts.items()}
        self.total += _give(self.now, scaled)
        self._recent.append(scaled)
        if len(self._recent) > self._lag:
            self.before_total += _give(self.before, self._recent.popleft())

    def share_before(self, item: int) -> float | None:
        """The share of `item` as it was `lag` ticks ago, 0..1; None when nothing had been given."""
        return self.before.get(item, 0.0) / self.before_total if self.before_total > 0 else None

    def _shrink(self) -> None:
        """Start again at a growth of 1; what has faded to nothing is forgotten."""
        scale = 1.0 / self._unit
        self._unit = 1.0
        self._recent = deque({item: mass * scale for item, mass in gifts.items()} for gifts in self._recent)
        self.now, self.before = _scaled(self.now, scale), _scaled(self.before, scale)
        self.total *= scale
        self.before_total *= scale


def _give(masses: dict[int, float], gifts: Mapping[int, float]) -> float:
    total = 0.0
    for item, gift in gifts.items():
        masses[item] = masses.get(item, 0.0) + gift
        total += gift
    return total


def _scaled(masses: Mapping[int, float], scale: float) -> dict[int, float]:
    return {item: mass * scale for item, mass in masses.items() if mass * scale > _NEGLIGIBLE}
