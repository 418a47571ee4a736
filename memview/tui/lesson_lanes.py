"""The lanes of a lesson: one for each policy and core budget that its stops show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.tui.lanes import Lane, Lanes

if TYPE_CHECKING:
    from memview.replay import Replay


@dataclass(slots=True, eq=False)
class LessonLane(Lane):
    """Remembers the lesson's replay, whatever a person replays in its place; `core` is part of the label, if any."""

    own: Replay | None = None
    core: int | None = None

    @property
    def label(self) -> str:
        """`fifo@1`, and its core budget where the lesson shows the policy under several: `fifo@1 40 tok`."""
        label = self.replay.spec.label
        return label if self.core is None else f"{label} {self.core} tok"


class LessonLanes(Lanes):
    """Lanes that a stop can be shown in, made again when a person has closed or changed them."""

    def take(self, replays: dict[tuple[str, int | None], Replay]) -> None:
        """A lane for each of the lesson's replays."""
        names = [name for name, _ in replays]
        for (name, _), replay in replays.items():
            core = replay.budgets.core if names.count(name) > 1 else None
            self._append(LessonLane(replay, own=replay, core=core))

    def show(self, replay: Replay) -> None:
        """Turn to the lane of one of the lesson's replays, as the lesson has it."""
        for index, lane in enumerate(self):
            if isinstance(lane, LessonLane) and lane.own is replay:
                lane.replay, lane.pending = replay, None
                self.turn_to(index)
                return
        self.turn_to(self._append(LessonLane(replay, own=replay, core=replay.budgets.core)))
