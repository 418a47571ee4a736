"""A core budget that notes what is asked of it: for which other budgets would every answer have been the same?

While a replay runs under a budget `B`, each comparison such as `used + size > B` comes out alike for an interval of
budgets. The meter keeps the intersection of these intervals, so that one replay settles all budgets in it. Whatever is
more than a sum, a difference or a comparison settles this budget alone.
"""

from __future__ import annotations

from math import ceil, floor

Number = int | float


class BudgetMeter:
    """The budget in force, and the interval `low` to `high` (the latter excluded) in which nothing was different."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.low = 0.0
        self.high = float("inf")

    def set(self, value: int) -> None:
        """Another budget is in force from here on; nothing is noted of it yet."""
        self.value, self.low, self.high = value, 0.0, float("inf")

    def pin(self) -> int:
        """The budget as a number: what is made of it holds for this budget alone."""
        self.low, self.high = max(self.low, self.value), min(self.high, self.value + 1)
        return self.value

    def below(self, bound: Number) -> bool:
        """Whether the budget is less than `bound`; noted."""
        if self.value < bound:
            self.high = min(self.high, ceil(bound))
            return True
        self.low = max(self.low, ceil(bound))
        return False

    def at_most(self, bound: Number) -> bool:
        """Whether the budget is not more than `bound`; noted."""
        return self.below(floor(bound) + 1)


class MeteredTokens:
    """`sign * budget + offset` tokens under a meter, for use in the place of an integer."""

    __slots__ = ("_meter", "_offset", "_sign")

    def __init__(self, meter: BudgetMeter, sign: int = 1, offset: Number = 0) -> None:
        self._meter = meter
        self._sign = sign
        self._offset = offset

    @property
    def form(self) -> tuple[str, int, Number]:
        """How it is made of the budget, whatever that is; asking settles nothing."""
        return "budget", self._sign, self._offset

    def _plain(self) -> Number:
        return self._sign * self._meter.pin() + self._offset

    def __deepcopy__(self, memo: dict[int, object]) -> MeteredTokens:
        return self

    def __copy__(self) -> MeteredTokens:
        return self

    def __add__(self, other: Number | MeteredTokens) -> MeteredTokens | Number:
        if isinstance(other, MeteredTokens):
            return self._plain() + other._plain()
        return MeteredTokens(self._meter, self._sign, self._offset + other)

    __radd__ = __add__

    def __sub__(self, other: Number | MeteredTokens) -> MeteredTokens | Number:
        if isinstance(other, MeteredTokens):
            if other._meter is self._meter and other._sign == self._sign:
                return self._offset - other._offset
            return self._plain() - other._plain()
        return MeteredTokens(self._meter, self._sign, self._offset - other)

    def __rsub__(self, other: Number) -> MeteredTokens:
        return MeteredTokens(self._meter, -self._sign, other - self._offset)

    def __neg__(self) -> MeteredTokens:
        return MeteredTokens(self._meter, -self._sign, -self._offset)

    def __lt__(self, other: Number | MeteredTokens) -> bool:
        if isinstance(other, MeteredTokens):
            return bool(self - other < 0)
        if self._sign > 0:
            return self._meter.below(other - self._offset)
        return not self._meter.at_most(self._offset - other)

    def __le__(self, other: Number | MeteredTokens) -> bool:
        if isinstance(other, MeteredTokens):
            return bool(self - other <= 0)
        if self._sign > 0:
            return self._meter.at_most(other - self._offset)
        return not self._meter.below(self._offset - other)

    def __gt__(self, other: Number | MeteredTokens) -> bool:
        return not self <= other

    def __ge__(self, other: Number | MeteredTokens) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MeteredTokens):
            return self._plain() == other._plain()
        return self._plain() == other

    def __hash__(self) -> int:
        return hash(self._plain())

    def __bool__(self) -> bool:
        return self > 0 or self < 0

    def __mul__(self, other: Number) -> Number:
        return self._plain() * other

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> float:
        return self._plain() / other

    def __rtruediv__(self, other: Number) -> float:
        return other / self._plain()

    def __floordiv__(self, other: Number) -> Number:
        return self._plain() // other

    def __rfloordiv__(self, other: Number) -> Number:
        return other // self._plain()

    def __mod__(self, other: Number) -> Number:
        return self._plain() % other

    def __pow__(self, other: Number) -> Number:
        power: Number = self._plain() ** other
        return power

    def __abs__(self) -> Number:
        return abs(self._plain())

    def __round__(self) -> int:
        return round(self._plain())

    def __float__(self) -> float:
        return float(self._plain())

    def __int__(self) -> int:
        return int(self._plain())

    def __index__(self) -> int:
        return int(self._plain())

    def __format__(self, spec: str) -> str:
        return format(self._plain(), spec)
