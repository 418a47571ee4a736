"""What the panes look at: one replay at one position, with everything derived from it that more than one pane needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.tui.position import Position, cursor_of

if TYPE_CHECKING:
    from memview.model import Frame, PagingEvent, Turn
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks


@dataclass(frozen=True, slots=True)
class Scene:
    """`frame` is the state at the position, `before` the state at the end of the turn before.

    `happened` are the events of the turn up to the position, `cursor` the `seq` of the last of them. `masks` say
    what may be seen of a text.
    """

    replay: Replay
    position: Position
    frame: Frame
    before: Frame | None
    turn: Turn | None
    happened: Sequence[PagingEvent]
    cursor: int
    span: range
    masks: Masks

    @property
    def event_number(self) -> int:
        """How many events of this turn have happened: the k in `turn.k`."""
        return self.cursor - self.span.start + 1

    @property
    def is_end_of_turn(self) -> bool:
        return self.position.event is None

    def text_of(self, memory_id: str) -> str:
        """The text of an item as it may be shown."""
        return self.masks.of_memory(self.replay.memory(memory_id))


def no_masks_lifted() -> Masks:
    """Masks over everything sensitive. The room of the replay is loaded by now, by the thread that opened it."""
    from memview.replay.governance_masks import Masks

    return Masks()


def scene_at(replay: Replay, position: Position, masks: Masks | None = None) -> Scene:
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
        masks=no_masks_lifted() if masks is None else masks,
    )
