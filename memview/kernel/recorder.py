"""The recorder: the one way in which anything happens. It appends an event and folds it in."""

from __future__ import annotations

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, NO_ITEM, NOWHERE, PLACE_CODE, EventLog


class Recorder:
    """Writes events of the current turn to a log and applies them to a context."""

    __slots__ = ("context", "log", "turn")

    def __init__(self, log: EventLog, context: Context) -> None:
        self.log = log
        self.context = context
        self.turn = 0

    def start_turn(self, turn: int) -> None:
        """Every event from here on belongs to `turn`."""
        self.turn = turn
        self.context.start_turn(turn)

    def record(
        self,
        action: str,
        item: int = NO_ITEM,
        origin: str | None = None,
        destination: str | None = None,
        tokens: int = 0,
        *,
        reason: str,
        signal: str | None = None,
        value: float = 0.0,
        threshold: float | None = None,
        other: int = NO_ITEM,
        count: int = 0,
        covered_by: int = NO_ITEM,
    ) -> int:
        """Append one event and fold it in; returns its `seq`. See `EventLog.append` for `reason`."""
        code = ACTION_CODE[action]
        start = NOWHERE if origin is None else PLACE_CODE[origin]
        end = NOWHERE if destination is None else PLACE_CODE[destination]
        seq = self.log.append(
            self.turn, code, item, start, end, tokens, reason, signal, value, threshold, other, count, covered_by
        )
        self.context.apply(self.turn, code, item, start, end, covered_by)
        return seq
