"""What an expression is compiled to: closures that tell whether a condition holds, and what decided it.

A comparison that Python would refuse (text < number, None + 1, division by zero) is false instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

Signal = float | str | bool | None
Signals = Mapping[str, Signal]
Value = Callable[[Signals], Signal]
Test = Callable[[Signals], bool]

REFUSALS = (TypeError, ArithmeticError)


class Witness(NamedTuple):
    """The comparison that decided: what it looked at, beside what it was held against.

    `name` is the source text of the side that varies; `value` and `threshold` are None when they are not
    numbers. A bare operand such as `pinned` has an empty `operator` and no threshold.
    """

    name: str
    value: float | None
    threshold: float | None
    operator: str
    holds: bool


Decide = Callable[[Signals], tuple[bool, Witness | None]]


class Condition(NamedTuple):
    """One operand of and/or/not: the fast answer, and the answer with its witness."""

    test: Test
    decide: Decide


class Link(NamedTuple):
    """One comparison of a chain: against `operand`, and how its witness reads."""

    apply: Callable[..., bool]
    operand: Value
    name: str
    symbol: str
    mirrored: bool


def _number(value: Signal) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, int | float):
        return None
    # A product of many numbers leaves the range of floats; an event can hold neither infinity nor such an integer.
    return value if abs(value) <= sys.float_info.max else None


def one_link(left: Value, link: Link) -> Condition:
    apply, right, name, symbol, mirrored = link

    def test(signals: Signals) -> bool:
        try:
            return apply(left(signals), right(signals))
        except REFUSALS:
            return False

    def decide(signals: Signals) -> tuple[bool, Witness | None]:
        value: Signal = None
        other: Signal = None
        try:
            value = left(signals)
            other = right(signals)
            holds = apply(value, other)
        except REFUSALS:
            holds = False
        if mirrored:
            value, other = other, value
        return holds, Witness(name, _number(value), _number(other), symbol, holds)

    return Condition(test, decide)


def chain(first: Value, links: list[Link]) -> Condition:
    """`a < b < c`: each operand is read once, as in Python, and the first link that fails decides."""

    def walk(signals: Signals) -> tuple[bool, int, Signal, Signal]:
        left: Signal = None
        right: Signal = None
        index = 0
        opening: tuple[Signal, Signal] = (None, None)
        try:
            left = first(signals)
            for index, link in enumerate(links):
                right = None
                right = link.operand(signals)
                if not link.apply(left, right):
                    return False, index, left, right
                if index == 0:
                    opening = (left, right)
                left = right
        except REFUSALS:
            return False, index, left, right
        return True, 0, *opening

    def decide(signals: Signals) -> tuple[bool, Witness | None]:
        holds, index, value, other = walk(signals)
        link = links[index]
        if link.mirrored:
            value, other = other, value
        return holds, Witness(link.name, _number(value), _number(other), link.symbol, holds)

    return Condition(lambda signals: walk(signals)[0], decide)


def truth_of(value: Value, name: str) -> Condition:
    def decide(signals: Signals) -> tuple[bool, Witness | None]:
        try:
            found = value(signals)
        except REFUSALS:
            found = None
        holds = bool(found)
        return holds, Witness(name, _number(found), None, "", holds)

    return Condition(lambda signals: decide(signals)[0], decide)


def opposite_of(operand: Condition) -> Condition:
    test, inner = operand

    def decide(signals: Signals) -> tuple[bool, Witness | None]:
        holds, witness = inner(signals)
        return not holds, witness

    return Condition(lambda signals: not test(signals), decide)


def all_of(operands: list[Condition]) -> Condition:
    tests = tuple(operand.test for operand in operands)
    return Condition(lambda signals: all(test(signals) for test in tests), _decider(operands, False))


def any_of(operands: list[Condition]) -> Condition:
    tests = tuple(operand.test for operand in operands)
    return Condition(lambda signals: any(test(signals) for test in tests), _decider(operands, True))


def _decider(operands: list[Condition], settles: bool) -> Decide:
    """Looks at the operands in order until one is `settles`: it decides. If none is, the first one speaks."""
    first, *rest = (operand.decide for operand in operands)

    def decide(signals: Signals) -> tuple[bool, Witness | None]:
        opening = verdict = first(signals)
        if verdict[0] is settles:
            return verdict
        for each in rest:
            verdict = each(signals)
            if verdict[0] is settles:
                return verdict
        return opening

    return decide


def last_looked_at(operands: list[Value], until: bool) -> Value:
    """Python's value of `a or b` (until True) and `a and b` (until False): the operand that settled it."""

    def value(signals: Signals) -> Signal:
        found: Signal = None
        for operand in operands:
            found = operand(signals)
            if bool(found) is until:
                break
        return found

    return value


def negative_of(operand: Value) -> Value:
    def value(signals: Signals) -> Signal:
        found = operand(signals)
        if not isinstance(found, int | float):
            raise TypeError
        return -found

    return value


def arithmetic(apply: Callable[[float, float], float], left: Value, right: Value) -> Value:
    def value(signals: Signals) -> Signal:
        first, second = left(signals), right(signals)
        # Python would repeat and format text here, at any length.
        if not (isinstance(first, int | float) and isinstance(second, int | float)):
            raise TypeError
        return apply(first, second)

    return value
