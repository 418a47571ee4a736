"""What the panes look at: one replay at one position, with everything derived from it that more than one pane needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.position import Position, cursor_of

if TYPE_CHECKING:
    from memview.model import Frame, PagingEvent, Session, Turn
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.governance_routes import Fallbacks
    from memview.replay.memory_surface import CallAccount
    from memview.tui.glyphs import Mark


@dataclass(frozen=True, slots=True)
class Scene:
    """`frame` is the state at the position, `before` the state at the end of the turn before.

    `happened` are the events of the turn up to the position, `cursor` the `seq` of the last of them. `masks` say
    what may be seen of a text. `agents` are those that act in the session, when there are several.
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
    agents: tuple[str, ...] = ()
    fallbacks: Fallbacks | None = None

    @property
    def event_number(self) -> int:
        """How many events of this turn have happened: the k in `turn.k`."""
        return self.cursor - self.span.start + 1

    @property
    def is_end_of_turn(self) -> bool:
        return self.position.event is None

    def agent_of(self, turn: int) -> str:
        """Who acts in `turn`, safe to show; empty in sessions of one agent."""
        agent = self.replay.session.turns[turn - 1].agent if turn and self.agents else None
        return printable(agent or "")

    def owner_of(self, memory_id: str) -> str:
        """Whose memory it is, safe to show; empty in sessions of one agent."""
        return printable(self.replay.memory(memory_id).agent or "") if self.agents else ""

    @property
    def calls(self) -> list[CallAccount]:
        """The tool calls that the turn has made up to the position."""
        if self.turn is None or not self.turn.tool_calls:
            return []
        from memview.replay.memory_surface import calls_of_turn

        return [call for call in calls_of_turn(self.replay, self.position.turn) if call.seq <= self.cursor]

    def validity_of(self, memory_id: str) -> Mark | None:
        """Whether a memory holds at this turn, or until when; None where nothing is said about that."""
        memory = self.replay.memory(memory_id)
        if memory.valid_from is None and memory.valid_until is None:
            return None
        from memview.replay.governance_trust import time_of_turn, validity_at
        from memview.tui.governance_marks import validity_mark

        return validity_mark(validity_at(memory, time_of_turn(self.replay, self.position.turn)))

    def text_of(self, memory_id: str) -> str:
        """The text of an item as it may be shown."""
        return self.masks.of_memory(self.replay.memory(memory_id))


def no_masks_lifted() -> Masks:
    """Masks over everything sensitive. The room of the replay is loaded by now, by the thread that opened it."""
    from memview.replay.governance_masks import Masks

    return Masks()


def fallbacks_of(replay: Replay) -> Fallbacks:
    """A count of the router's fallbacks that grows as turns are shown."""
    from memview.replay.governance_routes import Fallbacks

    return Fallbacks(replay)


def agents_of(session: Session) -> tuple[str, ...]:
    """The agents that act in `session`, in the order in which it names them; none when there are fewer than two."""
    acting = dict.fromkeys([*session.agents, *(turn.agent for turn in session.turns if turn.agent)])
    return tuple(acting) if len(acting) > 1 else ()


def scene_at(
    replay: Replay,
    position: Position,
    masks: Masks | None = None,
    agents: tuple[str, ...] = (),
    fallbacks: Fallbacks | None = None,
) -> Scene:
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
        agents=agents,
        fallbacks=fallbacks,
    )
