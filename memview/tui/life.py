"""The life of one memory under one policy: where it was at every turn, and what was done to it. Plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.model import Memory
    from memview.replay import Replay

STATES = ("visible", "covered", "recoverable", "lost", "unseen")
"""Custody, the nearest to the prompt first."""

_USES = frozenset({"hit", "fault"})


@dataclass(frozen=True, slots=True)
class Stay:
    """The memory is in `state` at the end of every turn from `first` to `last`."""

    first: int
    last: int
    state: str


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a memory in the turns 1 to `computed`, of `turns` in the session.

    `seqs` are its events, `counts` how many of each action, `stays` its custody, without gaps. `first_used` and
    `last_used` are turns, None when nothing ever needed it.
    """

    memory: Memory
    tokens: int
    turns: int
    computed: int
    seqs: Sequence[int]
    counts: Mapping[str, int]
    stays: tuple[Stay, ...]
    first_used: int | None
    last_used: int | None

    @property
    def visible_turns(self) -> int:
        """At the end of how many turns its own text stood in the prompt."""
        return sum(stay.last - stay.first + 1 for stay in self.stays if stay.state == "visible")

    def cells(self, count: int) -> tuple[str, ...]:
        """The session in `count` equal stretches: in each the state nearest to the prompt that the memory was in.

        A stretch that is not computed yet is "".
        """
        best = [len(STATES)] * count
        for stay in self.stays:
            rank = STATES.index(stay.state)
            for cell in range(self.cell_of(stay.first, count), self.cell_of(stay.last, count) + 1):
                best[cell] = min(best[cell], rank)
        return tuple(STATES[rank] if rank < len(STATES) else "" for rank in best)

    def cell_of(self, turn: int, count: int) -> int:
        """The stretch of `count` that holds `turn`; turns before the first are in the first."""
        return max(0, min(count - 1, (turn - 1) * count // max(1, self.turns)))


def life_of(replay: Replay, memory_id: str) -> Life:
    """The life of `memory_id` as far as it is computed; a pass over the log. Raises KeyError for an unknown id."""
    memory = replay.memory(memory_id)
    computed = replay.computed
    seqs = [seq for seq in replay.history(memory_id) if replay.turn_of(seq) <= computed]
    events = [replay.events[seq] for seq in seqs]
    used = [event.turn for event in events if event.action in _USES]
    return Life(
        memory=memory,
        tokens=replay.tokens_of(memory_id),
        turns=replay.turn_count,
        computed=computed,
        seqs=seqs,
        counts=Counter(event.action for event in events),
        stays=tuple(_stays(replay, memory_id, computed)),
        first_used=min(used, default=None),
        last_used=max(used, default=None),
    )


def _stays(replay: Replay, memory_id: str, computed: int) -> Iterator[Stay]:
    """The custody runs without turn 0, each with its end."""
    runs = replay.custody_runs(memory_id)
    ends = [run.first_turn - 1 for run in runs[1:]] + [computed]
    for run, end in zip(runs, ends, strict=True):
        first, last = max(1, run.first_turn), min(end, computed)
        if first <= last:
            yield Stay(first, last, run.state)
