"""Checks of the numbers that a policy file gives to an algorithm."""

from __future__ import annotations

from memview.model.errors import PolicyError


def whole_number(name: str, value: float, low: int, high: int) -> int:
    """`value` as an integer. Raises PolicyError unless it is one from `low` to `high`."""
    if value != int(value) or not low <= value <= high:
        raise PolicyError(f"{name} is {value:g}: it has to be a whole number from {low} to {high}")
    return int(value)


def number_above_zero(name: str, value: float) -> float:
    """`value`. Raises PolicyError unless it is above 0."""
    if value <= 0:
        raise PolicyError(f"{name} is {value:g}: it has to be above 0")
    return value


def share(name: str, value: float) -> float:
    """`value`. Raises PolicyError unless it is above 0 and below 1."""
    if not 0 < value < 1:
        raise PolicyError(f"{name} is {value:g}: it is a share of the capacity, above 0 and below 1")
    return value
