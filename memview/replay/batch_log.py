"""Event logs for replays that nobody reads while they run: a trial's, and that of a question that leaves no trace.

An event costs thirteen appends to thirteen columns, so that a reader may come at any time. Where nobody comes before
the end, rows are collected and turned into columns at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

from memview.kernel.event_log import NO_ITEM, NOWHERE, EventLog

_Row = tuple[int, int, int, int, int, int, str, str | None, float, float | None, int, int, int]


class BatchLog(EventLog):
    """An event log that is written first and read later: call `settle` in between."""

    def __init__(self, item_ids: Sequence[str], label: str) -> None:
        super().__init__(item_ids, label)
        self._rows: list[_Row] = []

    def append(  # noqa: PLR0913, PLR0917  (one parameter a column)
        self,
        turn: int,
        action: int,
        item: int = NO_ITEM,
        origin: int = NOWHERE,
        destination: int = NOWHERE,
        tokens: int = 0,
        reason: str = "",
        signal: str | None = None,
        value: float = 0.0,
        threshold: float | None = None,
        other: int = NO_ITEM,
        count: int = 0,
        covered_by: int = NO_ITEM,
    ) -> int:
        """Keep one event for later; returns its `seq`."""
        rows = self._rows
        rows.append(
            (
                turn,
                action,
                item,
                origin,
                destination,
                tokens,
                reason,
                signal,
                value,
                threshold,
                other,
                count,
                covered_by,
            )
        )
        return len(self.turns) + len(rows) - 1

    def __len__(self) -> int:
        return len(self.turns) + len(self._rows)

    def settle(self) -> None:
        """Turn what was kept into columns, as `append` would have done one by one."""
        if not self._rows:
            return
        turns, actions, items, origins, destinations, sizes, reasons, signals, values, thresholds, *rest = zip(
            *self._rows, strict=True
        )
        self._rows.clear()
        self.actions.extend(actions)
        self.items.extend(items)
        self.origins.extend(origins)
        self.destinations.extend(destinations)
        self.sizes.extend(sizes)
        self.reason_codes.extend(_codes(reasons, self.reasons, self._reason_code))
        named = _codes([signal for signal in signals if signal is not None], self.signals, self._signal_code)
        self.signal_codes.extend(-1 if signal is None else next(named) for signal in signals)
        self.values.extend([round(value, 9) for value in values])
        self.thresholds.extend([nan if threshold is None else round(threshold, 9) for threshold in thresholds])
        for column, numbers in zip((self.others, self.counts, self.covers), rest, strict=True):
            column.extend(numbers)
        self.turns.extend(turns)


def _codes(texts: Sequence[str], known: list[str], codes: dict[str, int]) -> Iterator[int]:
    """The code of each text, new ones numbered in the order in which they come."""
    for text in dict.fromkeys(texts):
        if text not in codes:
            codes[text] = len(known)
            known.append(text)
    return map(codes.__getitem__, texts)


class UnreadLog(EventLog):
    """Counts events and keeps none: for a question of which only the prompt is looked at."""

    def __init__(self) -> None:
        self._count = 0

    def append(self, *_: object) -> int:
        """Count one event; returns its `seq`."""
        self._count += 1
        return self._count - 1

    def __len__(self) -> int:
        return self._count
