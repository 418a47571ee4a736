"""The event log: append-only columns of numbers, read as a sequence of `PagingEvent`.

A replay of 100,000 turns makes over a million events. As objects they would take some 400 bytes each; as columns they
take 52, and a scan over one column (a filter, a density row) runs at the speed of an array.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Sequence
from typing import overload

from memview.model.event import ACTIONS, PLACES, PagingEvent, Signal

ACTION_CODE = {name: code for code, name in enumerate(ACTIONS)}
PLACE_CODE = {name: code for code, name in enumerate(PLACES)}
NOWHERE = -1
NO_ITEM = -1
_NAN = float("nan")


class EventLog(Sequence[PagingEvent]):
    """Events of one replay. `item_ids` maps the log's item numbers to ids; `label` is the policy's `name@version`.

    A reason is a `str.format` template over value (also as `turns` and `times`, with the noun), threshold, other (an
    id) and count, so that a million events share a few dozen strings. Text from a session that goes into a template
    has to be escaped with `escape`.
    """

    def __init__(self, item_ids: Sequence[str], label: str) -> None:
        self._ids = item_ids
        self._label = label
        self.turns = array("I")
        self.actions = array("B")
        self.items = array("i")
        self.origins = array("b")
        self.destinations = array("b")
        self.sizes = array("Q")
        self.reason_codes = array("I")
        self.signal_codes = array("h")
        self.values = array("d")
        self.thresholds = array("d")
        self.others = array("i")
        self.counts = array("I")
        self.covers = array("i")
        self.reasons: list[str] = []
        self._reason_code: dict[str, int] = {}
        self.signals: list[str] = []
        self._signal_code: dict[str, int] = {}

    @staticmethod
    def escape(text: str) -> str:
        """`text` as a literal part of a reason template."""
        return text.replace("{", "{{").replace("}", "}}")

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
        """Add one event; returns its `seq`. `action`, `origin`, `destination` are codes of ACTION_CODE, PLACE_CODE."""
        code = self._reason_code.get(reason)
        if code is None:
            code = self._reason_code[reason] = len(self.reasons)
            self.reasons.append(reason)
        signal_code = -1
        if signal is not None:
            known = self._signal_code.get(signal)
            if known is None:
                known = self._signal_code[signal] = len(self.signals)
                self.signals.append(signal)
            signal_code = known
        seq = len(self.turns)
        self.actions.append(action)
        self.items.append(item)
        self.origins.append(origin)
        self.destinations.append(destination)
        self.sizes.append(tokens)
        self.reason_codes.append(code)
        self.signal_codes.append(signal_code)
        # Nine decimals: the last bits of log and pow differ between machines, and the digest must not.
        self.values.append(round(value, 9) if value else 0.0)
        self.thresholds.append(_NAN if threshold is None else round(threshold, 9))
        self.others.append(other)
        self.counts.append(count)
        self.covers.append(covered_by)
        # Last, so that a reader on another thread, who goes by len(), never sees half an event.
        self.turns.append(turn)
        return seq

    def __len__(self) -> int:
        return len(self.turns)

    def reason(self, seq: int) -> str:
        """The reason of event `seq` as a sentence."""
        template = self.reasons[self.reason_codes[seq]]
        if "{" not in template and "}" not in template:
            return template
        other = self.others[seq]
        value = self.values[seq]
        return template.format(
            value=value,
            turns=_counted(value, "turn"),
            times=_counted(value, "time"),
            threshold=self.thresholds[seq],
            other="" if other < 0 else self._ids[other],
            count=self.counts[seq],
        )

    def _event(self, seq: int) -> PagingEvent:
        item, origin, destination, cover = (
            self.items[seq],
            self.origins[seq],
            self.destinations[seq],
            self.covers[seq],
        )
        code = self.signal_codes[seq]
        signal = None
        if code >= 0:
            threshold = self.thresholds[seq]
            signal = Signal(self.signals[code], self.values[seq], None if math.isnan(threshold) else threshold)
        return PagingEvent(
            seq=seq,
            turn=self.turns[seq],
            action=ACTIONS[self.actions[seq]],
            memory_id=None if item < 0 else self._ids[item],
            origin=None if origin < 0 else PLACES[origin],
            destination=None if destination < 0 else PLACES[destination],
            tokens=self.sizes[seq],
            reason=self.reason(seq),
            signal=signal,
            policy=self._label,
            covered_by=None if cover < 0 else self._ids[cover],
        )

    @overload
    def __getitem__(self, index: int) -> PagingEvent: ...
    @overload
    def __getitem__(self, index: slice) -> list[PagingEvent]: ...
    def __getitem__(self, index: int | slice) -> PagingEvent | list[PagingEvent]:
        if isinstance(index, slice):
            return [self._event(seq) for seq in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(f"event {index} of {len(self)}")
        return self._event(index)

    def __iter__(self) -> Iterator[PagingEvent]:
        for seq in range(len(self)):
            yield self._event(seq)


def _counted(number: float, noun: str) -> str:
    return f"{number:.0f} {noun}" if number == 1 else f"{number:.0f} {noun}s"
