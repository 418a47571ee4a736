"""The policies that are loaded side by side on one session; one of them is on screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.tui.lines import clip

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay
    from memview.replay.governance import Decision

_GLYPHS = {"approved": "✓", "refused": "⊘"}
_ID = 16


@dataclass(slots=True)
class Lane:
    """One policy. `pending` is its replay under a new budget, until that has come as far as what is on screen.

    With `decisions` it is a what-if: the session with approvals and refusals that its recording does not have.
    """

    replay: Replay
    pending: Replay | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def label(self) -> str:
        """`name@version`, and behind it what was decided in a what-if: `lru@1 ✓M-3`."""
        decided = (f" {_GLYPHS[decision.kind]}{clip(decision.memory_id, _ID)}" for decision in self.decisions)
        return self.replay.spec.label + "".join(decided)

    @property
    def what_if(self) -> str:
        """`what-if: approved M-3 at turn 12`; empty for a lane that shows the recording."""
        return f"what-if: {', '.join(decision.words for decision in self.decisions)}" if self.decisions else ""


class Lanes:
    """Lanes in the order in which they were loaded, with the active one."""

    def __init__(self) -> None:
        self._lanes: list[Lane] = []
        self.index = 0

    def __len__(self) -> int:
        return len(self._lanes)

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    @property
    def active(self) -> Lane | None:
        """The lane on screen; None before the session is open."""
        return self._lanes[self.index] if self._lanes else None

    @property
    def labels(self) -> list[str]:
        """What every lane is called."""
        return [lane.label for lane in self._lanes]

    def add(self, replay: Replay, decisions: tuple[Decision, ...] = ()) -> int:
        """A lane for `replay`; returns its index. A policy that is loaded already is not loaded twice."""
        index = self.find(replay.spec, decisions)
        if index is None:
            self._lanes.append(Lane(replay, decisions=decisions))
            index = len(self._lanes) - 1
        return index

    def find(self, policy: PolicySpec, decisions: tuple[Decision, ...] = ()) -> int | None:
        """The index of the lane that runs `policy` on the recording, or on what-if `decisions`."""
        for index, lane in enumerate(self._lanes):
            if lane.replay.spec == policy and lane.decisions == decisions:
                return index
        return None

    def turn_to(self, index: int) -> None:
        """Show the lane at `index`, counted round."""
        self.index = index % len(self._lanes) if self._lanes else 0

    def replace(self, replays: Iterable[Replay]) -> None:
        """New replays for the lanes, in order, each to be shown once it is far enough."""
        for lane, replay in zip(self._lanes, replays, strict=True):
            lane.pending = replay

    def settle(self, turn: int) -> bool:
        """Put the pending replays that have reached `turn` in place; True when that changes what is on screen."""
        changed = False
        for lane in self._lanes:
            pending = lane.pending
            if pending is not None and (pending.computed >= turn or pending.is_complete):
                lane.replay, lane.pending = pending, None
                changed = changed or lane is self.active
        return changed

    def by_urgency(self) -> tuple[Replay, ...]:
        """All replays, those of the lane on screen first."""
        urgent = [self.active] if self.active else []
        ordered = urgent + [lane for lane in self._lanes if lane is not self.active]
        return tuple(replay for lane in ordered for replay in (lane.pending, lane.replay) if replay is not None)
