"""What the panes look at: one replay at one position, with everything derived from it that more than one pane needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.tui.position import Position, cursor_of

if TYPE_CHECKING:
    from memview.model import Frame, PagingEvent, Turn
    from memview.replay import Replay


@dataclass(frozen=True, slots=True)
class Scene:
    """`frame` is the state at the position, `before` the state at the end of the turn before.

    `happened` are the events of the turn up to the position, `cursor` the `seq` of the last of them.
    """

    replay: Replay
    position: Position
    frame: Frame
    before: Frame | None
    turn: Turn | None
    happened: Sequence[PagingEvent]
    cursor: int
    span: range

    @property
    def event_number(self) -> int:
        """How many events of this turn have happened: the k in `turn.k`."""
        return self.cursor - self.span.start + 1

    @property
    def is_end_of_turn(self) -> bool:
        return self.position.event is None


def scene_at(replay: Replay, position: Position) -> Scene:
    """The scene at `position`, which has to be computed already (IndexError otherwise)."""
    turn = position.turn
    span = replay.event_span(turn)
    cursor = cursor_of(replay, position)
    return Scene(
        replay=replay,
        position=position,
        frame=replay.frame(turn) if position.event is None else replay.frame_at(position.event),
        before=replay.frame(turn - 1) if turn > 0 else None,
        turn=replay.session.turns[turn - 1] if turn > 0 else None,
        happened=replay.events[span.start : cursor + 1],
        cursor=cursor,
        span=span,
    )
