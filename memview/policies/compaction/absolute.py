"""Absolute numbers of tokens, as systems code them, in windows that they were not made for."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """A factor for absolute numbers, and a note that says so unless it is 1."""

    factor: float
    note: str

    def tokens(self, number: int) -> int:
        """`number` in this window, at least 1 token."""
        return number if self.factor == 1 else max(1, int(number * self.factor))


def scale_for(tokens: int, window: int, reference_window: int) -> Scale:
    """How to read numbers that need `tokens` to act, in a window of `window` tokens.

    They apply as coded where they can act at all. In a window that is not larger than `tokens` they never could: there
    they are scaled in proportion to `reference_window`, the window that the system was made for.
    """
    if tokens < window:
        return Scale(1.0, "")
    factor = min(1.0, window / reference_window)
    return Scale(factor, f"its {tokens} tokens scaled from a window of {reference_window} to {window}")
