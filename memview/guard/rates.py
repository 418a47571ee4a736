"""Shares with their uncertainty."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score (1927), both ends 0..1; (0, 1) when nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    share, spread = hits / trials, _Z * _Z / trials
    middle = share + spread / 2
    reach = _Z * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))
