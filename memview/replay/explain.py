"""Why an item is, or is not, in the prompt of a turn: what is recorded about it, gathered from one replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.kernel.event_log import ACTION_CODE, NO_ITEM, PLACE_CODE
from memview.model.event import PagingEvent
from memview.replay.custody_runs import CustodyRun
from memview.replay.governance import withheld_at
from memview.replay.governance_citations import Source, provenance
from memview.replay.views import CoreSlot

if TYPE_CHECKING:
    from memview.kernel.retrieval.bm25 import TermScore
    from memview.model.memory import Memory
    from memview.replay.replay import Replay

VISIBLE_PLACES = ("core", "summary", "retrieved", "window")

_PROMOTE, _INSERT = ACTION_CODE["promote"], ACTION_CODE["insert"]
_CORE = PLACE_CODE["core"]
_NOT_DECISIVE = frozenset({"hit", "pin", "unpin", "approve", "update"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One event on the item. `winner` came in for it when it was evicted; `number` is the k of `turn.k`."""

    event: PagingEvent
    number: int
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What retrieval made of the item at the turn. `rank` and `score` are None where it was not among the candidates.

    `outcome` and `note` are those of the archive hits (`Hit`), empty where the turn did not refer to it. `best` is the
    score of the first candidate, `candidates` how many there were, `terms` how the score came about.
    """

    rank: int | None
    score: float | None
    best: float | None
    candidates: int
    outcome: str
    note: str
    terms: tuple[TermScore, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a replay knows of one item at one turn.

    `place` is where it is (None: not yet seen), `custody` visible, covered, recoverable, lost or unseen; `covered_by`
    are the items in the prompt that stand for it. `decisive` is the event that put it where it is. `withheld` is why
    the guard keeps it out, empty when it does not. `sources` and `derivatives` are its provenance, down and up. `slot`
    are its numbers as a resident of the core.
    """

    memory: Memory
    turn: int
    turns: int
    tokens: int
    policy: str
    core_budget: int
    place: str | None
    custody: str
    covered_by: tuple[str, ...]
    decisive: Happening | None
    history: tuple[Happening, ...]
    standing: Standing
    withheld: str
    sources: tuple[Source, ...]
    derivatives: tuple[Source, ...]
    runs: tuple[CustodyRun, ...]
    slot: CoreSlot | None

    @property
    def is_visible(self) -> bool:
        """Whether its own text is in the prompt."""
        return self.custody == "visible"

    @property
    def later(self) -> tuple[Happening, ...]:
        """What happens to it after the turn."""
        return tuple(each for each in self.history if each.event.turn > self.turn)


def explain(replay: Replay, memory_id: str, turn: int) -> Explanation:
    """Why the item called `memory_id` is where it is at `turn`, which has to be computed.

    Raises KeyError for an unknown id, IndexError for a turn that is not computed.
    """
    memory = replay.memory(memory_id)
    history = tuple(_happenings(replay, memory_id))
    place, custody = replay.place_of(memory_id, turn), replay.custody_of(memory_id, turn)
    return Explanation(
        memory=memory,
        turn=turn,
        turns=replay.turn_count,
        tokens=replay.tokens_of(memory_id),
        policy=replay.spec.label,
        core_budget=replay.budgets.core,
        place=place,
        custody=custody,
        covered_by=tuple(_covering(replay, memory_id, turn)) if custody == "covered" else (),
        decisive=_decisive(history, turn, place),
        history=history,
        standing=_standing(replay, memory_id, turn),
        withheld=_withheld(replay, memory_id, turn),
        sources=tuple(provenance(replay, memory_id)),
        derivatives=tuple(_derivatives(replay, memory_id)),
        runs=tuple(replay.custody_runs(memory_id)),
        slot=next((slot for slot in replay.core_slots(turn) if slot.memory_id == memory_id), None),
    )


def _happenings(replay: Replay, memory_id: str) -> list[Happening]:
    found = []
    for seq in replay.history(memory_id):
        event = replay.events[seq]
        if event.turn > replay.computed:
            break
        number = seq - replay.event_span(event.turn).start + 1
        # An eviction without a signal is no choice: something replaced it, or the guard took it out.
        is_choice = event.action == "evict" and event.signal is not None
        winner = _winner(replay, seq) if is_choice else None
        found.append(Happening(event, number, winner))
    return found


def _winner(replay: Replay, seq: int) -> str | None:
    """Who came into the core for what event `seq` evicted: the next that entered it in the same turn."""
    log = replay.events
    for later in range(seq + 1, replay.event_span(log.turns[seq]).stop):
        entered = log.destinations[later] == _CORE and log.origins[later] != _CORE
        if entered and log.actions[later] in (_PROMOTE, _INSERT) and log.items[later] != NO_ITEM:
            return replay.workload.items.ids[log.items[later]]
    return None


def _decisive(history: Sequence[Happening], turn: int, place: str | None) -> Happening | None:
    """The last event up to `turn` that put the item where it is, or left it there."""
    past = [each for each in history if each.event.turn <= turn]
    if place in VISIBLE_PLACES:
        moved = [each for each in past if each.event.destination == place and each.event.origin != place]
        return moved[-1] if moved else None
    decided = [each for each in past if each.event.action not in _NOT_DECISIVE]
    # A fault says only that it was asked for; why it did not come in stands behind it, or before it.
    weighty = [each for each in decided if each.event.action != "fault" or each.event.turn == turn]
    chosen = weighty or decided
    return chosen[-1] if chosen else None


def _standing(replay: Replay, memory_id: str, turn: int) -> Standing:
    if turn == 0:
        return Standing(None, None, None, 0, "", "", ())
    hit = next((hit for hit in replay.hits(turn) if hit.memory_id == memory_id), None)
    candidates = replay.workload.demand(replay.spec).of_turn(turn)
    item = replay.item_number(memory_id)
    place = next((rank for rank, (found, _) in enumerate(candidates, start=1) if found == item), None)
    return Standing(
        rank=place,
        score=None if place is None else candidates[place - 1][1],
        best=candidates[0][1] if candidates else None,
        candidates=len(candidates),
        outcome="" if hit is None else hit.outcome,
        note="" if hit is None else hit.note,
        terms=tuple(replay.score_breakdown(memory_id, turn)),
    )


def _withheld(replay: Replay, memory_id: str, turn: int) -> str:
    for entry in withheld_at(replay, turn):
        if entry.memory_id == memory_id:
            return entry.reason
    return ""


def _covering(replay: Replay, memory_id: str, turn: int) -> list[str]:
    """What of the prompt names the item as a source."""
    items, frame = replay.workload.items, replay.frame(turn)
    shown = (*frame.core, *frame.summary, *frame.retrieved, *frame.window)
    return [name for name in shown if memory_id in _sources_of(replay, name, items.ids)]


def _sources_of(replay: Replay, name: str, ids: Sequence[str]) -> set[str]:
    item = replay.item_number(name)
    return {ids[source] for source in replay.workload.items.sources.get(item, ())}


def _derivatives(replay: Replay, memory_id: str) -> list[Source]:
    """What was made of the item, nearest first as it arrived."""
    items = replay.workload.items
    item = replay.item_number(memory_id)
    found = []
    for other, sources in list(items.sources.items()):
        if item in sources and items.has_arrived(other, replay.computed):
            memory = items.memory(other)
            found.append(Source(memory.memory_id, memory.citation, 1, items.is_untrusted(other)))
    return found
