"""Dates: a question about May 2023 is likelier answered by what was said or written in May 2023."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from memview.kernel.retrieval.weight import Factor, Weight

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS_AFTER = 7
"""What happened on a day is told on that day or within a week of it."""

_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    # Months with a capital letter only: `may` and `march` are ordinary words.
    rf"(?:\b(?P<before>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?\b(?P<month>{'|'.join(MONTHS)})\b"
    rf"(?: (?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,? (?:of )?(?P<its_year>{_YEAR})\b)?|\b(?P<year>{_YEAR})\b"
)


class Period(NamedTuple):
    """A year, a month (of a year), or a day (of a year): what is not said is None."""

    year: int | None
    month: int | None
    day: int | None

    @property
    def label(self) -> str:
        """`14 May 2023`, as much of it as is known."""
        month = None if self.month is None else MONTHS[self.month - 1]
        return " ".join(str(part) for part in (self.day, month, self.year) if part is not None)


class Dates(Weight):
    """Items from the year, month or day that a question names are favoured; for a day, those of the week after too."""

    def __init__(self, value: float) -> None:
        self._value = value
        self._years = array("i")
        self._months = array("i")
        self._ordinals = array("i")

    @property
    def value(self) -> float:
        return self._value

    def add(self, item: int, text: str, at: str | None) -> None:  # noqa: ARG002
        day = _day_of(at)
        self._years.append(day.year if day else 0)
        self._months.append(day.month if day else 0)
        self._ordinals.append(day.toordinal() if day else 0)

    def favoured(self, question: str) -> NDArray[np.intp] | None:
        periods = tuple(periods_in(question))
        if not periods:
            return None
        import numpy as np

        years, months, ordinals = (np.array(each) for each in (self._years, self._months, self._ordinals))
        inside = np.zeros(len(years), dtype=bool)
        # The week after New Year's Eve lies in the next year, so a day is looked for in the year before each, too.
        known = {year - before for year in set(self._years) for before in (0, 1)}
        for period in periods:
            if period.day is None:
                matching = years > 0
                if period.year is not None:
                    matching &= years == period.year
                if period.month is not None:
                    matching &= months == period.month
                inside |= matching
                continue
            for first in _days_of(period, known):
                inside |= (ordinals >= first) & (ordinals <= first + DAYS_AFTER)
        return np.flatnonzero(inside)

    def factor(self, item: int, question: str, corpus_size: int) -> Factor | None:
        year, month, ordinal = self._years[item], self._months[item], self._ordinals[item]
        if item >= corpus_size or not year:
            return None
        for period in periods_in(question):
            if period.day is not None:
                near = {year, year - 1}
                is_inside = any(0 <= ordinal - first <= DAYS_AFTER for first in _days_of(period, near))
            else:
                is_inside = period.year in (None, year) and period.month in (None, month)
            if is_inside:
                return Factor(f"dated {period.label}", self._value)
        return None


def periods_in(question: str) -> Iterator[Period]:
    """Years, months and days that `question` names in English, in order; the first 16."""
    for count, found in enumerate(_DATE.finditer(question)):
        if count == 16:
            return
        year = found["its_year"] or found["year"]
        month = found["month"]
        day = found["before"] or found["after"] if month else None
        yield Period(
            None if year is None else int(year),
            None if month is None else MONTHS.index(month) + 1,
            None if day is None else int(day),
        )


def _days_of(period: Period, years: set[int]) -> Iterator[int]:
    """Proleptic ordinals of the day, in its own year or in each of `years`; none for the 31st of June."""
    for year in sorted(years) if period.year is None else (period.year,):
        try:
            yield date(year, period.month or 0, period.day or 0).toordinal()
        except ValueError:
            continue


def _day_of(at: str | None) -> date | None:
    try:
        return None if at is None else date.fromisoformat(at[:10])
    except ValueError:
        return None
