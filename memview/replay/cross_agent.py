"""What one agent's writes do to another's prompt: when it first held them, when it lost them, what they took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memview.kernel.caretaker import UNDONE
from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, EventLog
from memview.kernel.shared_writes import Writers

if TYPE_CHECKING:
    from memview.replay.replay import Replay

_TAKES = tuple(ACTION_CODE[name] for name in ("invalidate", "merge", "update"))


@dataclass(frozen=True, slots=True)
class CrossAgentEffect:
    """What `memory_id`, written by `writer` in `written_turn` (0: loaded), did to the prompts of `reader`.

    `held_turn` is the reader's first turn whose prompt held it (None: none did), `lost_turn` the first one after that
    whose prompt did not, `turns_held` how many did. `took` are the memories that the reader's prompt had held until
    the write replaced, ended or took them in.
    """

    writer: str
    reader: str
    memory_id: str
    written_turn: int
    held_turn: int | None
    lost_turn: int | None
    turns_held: int
    took: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The effect as JSON values."""
        return {
            "writer": self.writer,
            "reader": self.reader,
            "memory_id": self.memory_id,
            "written_turn": self.written_turn,
            "held_turn": self.held_turn,
            "lost_turn": self.lost_turn,
            "turns_held": self.turns_held,
            "took": list(self.took),
        }


@dataclass(slots=True)
class _Seen:
    """The prompts of one agent so far: by memory the first turn, the first one without it again, and how many."""

    held: dict[int, int] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    before: frozenset[int] = frozenset()

    def see(self, shown: frozenset[int], turn: int) -> None:
        for item in sorted(shown):
            self.held.setdefault(item, turn)
            self.counts[item] = self.counts.get(item, 0) + 1
        for item in sorted(self.before - shown):
            self.lost.setdefault(item, turn)
        self.before = shown


def cross_agent_effects(replay: Replay) -> list[CrossAgentEffect]:
    """Every effect of one agent's memory on another agent's prompts, over the turns computed so far.

    In order of writing, then by reader; empty where one agent acts. One pass over the events.
    """
    items, log = replay.workload.items, replay.events
    writers = Writers(replay.session, items)
    readers: dict[str, _Seen] = {}
    context = Context()
    took: dict[tuple[int, str], dict[int, None]] = {}
    for turn in range(replay.computed + 1):
        context.start_turn(turn)
        span = replay.event_span(turn)
        context.apply_log(log, span)
        agent = writers.acting(turn)
        if agent is not None:
            visible = context.visible()
            shown = frozenset(item for item in visible if items.records[item] is not None)
            readers.setdefault(agent, _Seen()).see(shown, turn)
        # After the prompt: what is written in a turn takes from the prompts to come.
        for cause, victim in _taken(log, span):
            for reader, seen in readers.items():
                if victim in seen.before:
                    took.setdefault((cause, reader), {})[victim] = None
    found = []
    for item in sorted({*(item for seen in readers.values() for item in seen.held), *(item for item, _ in took)}):
        writer = writers.of(item) if items.records[item] is not None else None
        for reader, seen in sorted(readers.items()):
            lost_of = took.get((item, reader), {})
            if writer is None or writer == reader or not (item in seen.held or lost_of):
                continue
            found.append(
                CrossAgentEffect(
                    writer, reader, items.ids[item], items.arrivals[item], seen.held.get(item), seen.lost.get(item),
                    seen.counts.get(item, 0), tuple(items.ids[victim] for victim in lost_of),
                )
            )  # fmt: skip
    return sorted(found, key=lambda effect: (effect.written_turn, effect.memory_id, effect.reader))


def _taken(log: EventLog, span: range) -> Iterator[tuple[int, int]]:
    """Cause and victim of what was replaced, ended or merged by something else."""
    for seq in span:
        is_undone = log.reasons[log.reason_codes[seq]].startswith(UNDONE)
        if log.actions[seq] in _TAKES and log.others[seq] >= 0 and not is_undone:
            yield log.others[seq], log.items[seq]
