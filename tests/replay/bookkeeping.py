"""The books kept a second time, from what is published alone: event dictionaries and the session's own records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from memview.guard import screen
from memview.guard.sources import memory_source
from memview.model.memory import Memory
from memview.model.session import Session
from memview.replay import Replay

SECTIONS = ("core", "summary", "retrieved", "window")
UNTRUSTED = ("document", "tool_external")


@dataclass
class Books:
    """Where everything is, by id, after some events."""

    turn: int = 0
    sections: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in SECTIONS})
    inserted: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def take(self, event: Mapping[str, object]) -> None:
        """Fold one published event in."""
        if event["turn"] != self.turn:
            self.turn = int(str(event["turn"]))
            self.sections["retrieved"] = []
        name, origin, destination = event["memory_id"], event["from"], event["to"]
        if event["action"] == "insert":
            self.inserted.append(str(name))
        if destination is None or destination == origin:
            return
        if origin in SECTIONS:
            self.sections[str(origin)].remove(str(name))
        if destination in SECTIONS:
            self.sections[str(destination)].append(str(name))
        if destination == "nowhere":
            self.gone.add(str(name))
        elif origin == "nowhere":
            self.gone.discard(str(name))

    def lists(self) -> dict[str, tuple[str, ...]]:
        """The sections as a frame shows them."""
        return {name: tuple(ids) for name, ids in self.sections.items()}

    def custody(self, lineage: Mapping[str, set[str]]) -> dict[str, int]:
        """The four counts, by the definitions of `house.md`."""
        visible = {name for ids in self.sections.values() for name in ids}
        covered = set().union(*(lineage.get(name, set()) for name in visible)) - visible
        lost = self.gone - visible - covered
        everything = set(self.inserted)
        assert len(everything) == len(self.inserted), "an item was inserted twice"
        return {
            "visible": len(visible & everything),
            "covered": len(covered & everything),
            "recoverable": len(everything - visible - covered - lost),
            "lost": len(lost & everything),
        }


def books_by_turn(events: Iterable[Mapping[str, object]], turns: int) -> Iterable[tuple[int, Books]]:
    """The books at the end of each turn from 0 on. The same object each time: look at it before the next one."""
    books = Books()
    waiting = list(events)
    for turn in range(turns + 1):
        while waiting and waiting[0]["turn"] == turn:
            books.take(waiting.pop(0))
        yield turn, books


def all_memories(session: Session) -> list[Memory]:
    """Every record of the session."""
    written = [memory for turn in session.turns for memory in turn.remember]
    return [arrival.memory for arrival in session.arrivals] + written


def lineage_of(session: Session, made: Iterable[Memory] = ()) -> dict[str, set[str]]:
    """For each memory, of the session or `made` by a policy, everything it derives from, however many steps away."""
    parents = {memory.memory_id: set(memory.derived_from) for memory in [*all_memories(session), *made]}
    lineage: dict[str, set[str]] = {}

    def ancestors(name: str) -> set[str]:
        if name not in lineage:
            direct = parents.get(name, set())
            lineage[name] = direct.union(*(ancestors(parent) for parent in direct))
        return lineage[name]

    for name in parents:
        ancestors(name)
    return lineage


def made_by_the_policy(replay: Replay) -> list[Memory]:
    """The summaries, facts and placeholders of a replay."""
    items = replay.workload.items
    return [memory for name in replay.item_ids()[len(items) :] for memory in [replay.memory(name)]]


def written_by_tools(replay: Replay) -> list[Memory]:
    """The values of blocks, and what memory tools wrote: records that are on no line of the session by themselves."""
    items, told = replay.workload.items, {memory.memory_id for memory in all_memories(replay.session)}
    records = [items.records[item] for item in range(len(items))]
    return [record for record in records if record is not None and record.memory_id not in told]


def all_made(replay: Replay) -> list[Memory]:
    """Every record that is not on a line of the session."""
    return written_by_tools(replay) + made_by_the_policy(replay)


def untrusted_ids(session: Session) -> set[str]:
    """Memories and turns that may only be shown as data: by their own class or by that of an ancestor."""
    classes = {memory.memory_id: memory.trust for memory in all_memories(session)}
    trusted_roles = {"user": "user", "system": "user", "assistant": "model"}
    classes |= {turn.turn_id: trusted_roles.get(turn.role, "tool_external") for turn in session.turns}
    lineage = lineage_of(session)
    return {name for name in classes if any(classes[other] in UNTRUSTED for other in {name, *lineage.get(name, set())})}


def guarded_ids(session: Session) -> set[str]:
    """Memories that need an approval before a prompt may hold them."""
    sensitive = {memory.memory_id for memory in all_memories(session) if memory.sensitivity != "normal"}
    return sensitive | quarantined_ids(session)


def quarantined_ids(session: Session) -> set[str]:
    """Memories of the session that it quarantines itself, or that screening flags by the bar of their lineage."""
    by_id = {memory.memory_id: memory for memory in all_memories(session)}
    untrusted = untrusted_ids(session)
    return {
        name
        for name, memory in by_id.items()
        if memory.quarantined or screen(memory.text, memory_source(memory, _least(name, memory, untrusted))).flagged
    }


def _least(name: str, memory: Memory, untrusted: set[str]) -> str:
    return "document" if name in untrusted else memory.trust
