"""The policies that are loaded side by side on one session; one of them is on screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memview.tui.lines import clip
from memview.tui.views.change_words import FORK, short_words

if TYPE_CHECKING:
    from memview.model import PolicySpec
    from memview.replay import Replay
    from memview.replay.changes import Change

_LABEL = 28
"""Cells that the changes of a what-if may take in its label."""


@dataclass(slots=True, eq=False)
class Lane:
    """One policy. `pending` is its replay under a new budget, until that has come as far as what is on screen.

    With `changes` it is a what-if: `policy` is the policy before them, `origin` the lane that it was forked from,
    `forked_at` the first turn that the changes can make different, `notes` what had to be mended for them.
    """

    replay: Replay
    pending: Replay | None = None
    changes: tuple[Change, ...] = ()
    base: PolicySpec | None = None
    origin: Lane | None = None
    forked_at: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def policy(self) -> PolicySpec:
        """The policy before the changes of a what-if."""
        return self.replay.spec if self.base is None else self.base

    @property
    def label(self) -> str:
        """`name@version`, and behind it what was changed in a what-if: `lru@1 ↱✓M-3`."""
        if not self.changes:
            return self.replay.spec.label
        return f"{self.policy.label} {FORK}{clip(' '.join(map(short_words, self.changes)), _LABEL)}"

    @property
    def what_if(self) -> str:
        """`what-if: approved M-3 at turn 12`; empty for a lane that shows the recording."""
        return f"what-if: {', '.join(change.words for change in self.changes)}" if self.changes else ""


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The new files that a what-if is kept in; None for what it does not change."""

    session: Path | None
    policy: Path | None

    @property
    def names(self) -> str:
        """`trip-what-if.jsonl and lru-what-if.yaml`."""
        return " and ".join(path.name for path in (self.session, self.policy) if path is not None)


class Lanes:
    """Lanes in the order in which they were loaded, with the active one."""

    def __init__(self) -> None:
        self._lanes: list[Lane] = []
        self.index = 0
        self.awaited: Lane | None = None
        """A lane that comes on screen as soon as it is computed as far as what is there."""

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

    def add(self, replay: Replay) -> int:
        """A lane for `replay`; returns its index. A policy that is loaded already is not loaded twice."""
        index = self.find(replay.spec)
        return self._append(Lane(replay)) if index is None else index

    def add_fork(self, lane: Lane) -> int:
        """`lane`, which has changes; returns its index. What is loaded already is not loaded twice."""
        index = self.find(lane.policy, lane.changes)
        return self._append(lane) if index is None else index

    def _append(self, lane: Lane) -> int:
        self._lanes.append(lane)
        return len(self._lanes) - 1

    def find(self, policy: PolicySpec, changes: tuple[Change, ...] = ()) -> int | None:
        """The index of the lane that runs `policy` on the recording, or on what-if `changes`."""
        for index, lane in enumerate(self._lanes):
            if lane.policy == policy and lane.changes == changes:
                return index
        return None

    def turn_to(self, index: int) -> None:
        """Show the lane at `index`, counted round."""
        self.index = index % len(self._lanes) if self._lanes else 0

    def close(self) -> bool:
        """Take the lane on screen away, unless it is the only one; True when it is gone. Its origin is shown next."""
        lane = self.active
        if lane is None or len(self._lanes) < 2:
            return False
        del self._lanes[self.index]
        self.awaited = None if self.awaited is lane else self.awaited
        nearest = self._lanes.index(lane.origin) if lane.origin in self._lanes else self.index - 1
        self.index = max(0, nearest)
        return True

    def replace(self, replays: Iterable[tuple[Lane, Replay]]) -> None:
        """New replays for lanes, each to be shown once it is far enough."""
        for lane, replay in replays:
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
        """All replays: first of the lane that is awaited, then of the one on screen, then of its origin."""
        lane = self.active
        nearest = (self.awaited, lane, lane.origin if lane else None)
        urgent = list(dict.fromkeys(each for each in nearest if each is not None))
        ordered = urgent + [each for each in self._lanes if each not in urgent]
        return tuple(replay for each in ordered for replay in (each.pending, each.replay) if replay is not None)
