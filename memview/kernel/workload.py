"""The workload of a session: its items and its demand (what each turn retrieves), shared by all policies.

Retrieval depends on the session and not on the policy: turn by turn the same documents exist and the same question is
asked. So the ranking is computed once, and a replay under another policy only pays for its decisions.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from memview.kernel.items import ItemTable, is_to_come
from memview.kernel.memory_tools.archive import ArchiveSearches
from memview.kernel.memory_tools.calls import is_memory_tool
from memview.kernel.memory_tools.recorded import words_of
from memview.kernel.memory_tools.writes import Effect, SessionTools
from memview.kernel.retrieval.analysis import load_analyser
from memview.kernel.retrieval.bm25 import Bm25Index, TermScore
from memview.kernel.retrieval.overlap import OverlapIndex
from memview.kernel.retrieval.rank_bm25_reference import RankBm25Index
from memview.kernel.retrieval.ranking import Document, PlainRanking, Ranking, StagedRanking
from memview.kernel.retrieval.settings import RetrievalSettings, retrieval_settings
from memview.kernel.shown import Shown
from memview.model.errors import PolicyError
from memview.model.memory import TRUST_CLASSES, Memory
from memview.model.policy_spec import PolicySpec
from memview.model.session import APPROVED, REFUSED, PinChange, Probe, Session, ToolCall, Turn
from memview.tokens import TokenCounter, counter_or_estimate

_INDEXES: dict[str, type[Bm25Index] | type[OverlapIndex] | type[RankBm25Index]] = {
    index.name: index for index in (Bm25Index, OverlapIndex, RankBm25Index)
}


@dataclass(frozen=True, slots=True)
class TokenizerInfo:
    """Which counter the numbers come from; `note` says why it is not the one that the session names."""

    name: str
    exact: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TurnItems:
    """Item numbers of one turn: its message, what the agent sees in its next prompt, and the records it wrote.

    `effects` are what the turn's memory-tool calls did, in order of the calls.
    """

    message: int
    echoes: range
    written: range
    effects: tuple[Effect, ...] = ()


class Demand:
    """The ranked candidates of every turn and probe under one way of searching, computed in order of time."""

    def __init__(self, session: Session, items: ItemTable, ranking: Ranking, archive: ArchiveSearches) -> None:
        self._session = session
        self._approved_after = _approved_after(session)
        self._items = items
        self._ranking = ranking
        self._archive = archive
        self._starts = array("L", [0])
        self._found = array("I")
        self._scores = array("d")
        self._probes: dict[str, list[tuple[int, float]]] = {}
        self._due: dict[int, list[Probe]] = {}
        for probe in session.probes:
            self._due.setdefault(probe.after_turn, []).append(probe)
        self._corpus_sizes = array("I", [0])

    @property
    def turns(self) -> int:
        return len(self._starts) - 1

    def extend(self, turn: Turn | None, upto: int, effects: Sequence[Effect] = ()) -> None:
        """Rank for `turn` over what is indexed, then index the items before number `upto` (None: only index).

        The same holds for the archival searches among the turn's `effects`.
        """
        if turn is not None:
            for effect in effects:
                self._archive.take(self.turns + 1, effect, self._indexed)
            self._corpus_sizes.append(self._indexed)
            for item, score in self.rank(turn.text):
                self._found.append(item)
                self._scores.append(score)
            self._starts.append(len(self._found))
        for item in range(self._indexed, upto):
            self._ranking.add(self._document(item))
        for probe in self._due.get(self.turns, ()):
            self._probes[probe.probe_id] = self.rank(probe.question)

    @property
    def _indexed(self) -> int:
        return len(self._ranking)

    def _document(self, item: int) -> Document:
        items = self._items
        record, turn = items.records[item], items.arrivals[item]
        said_at = self._session.turns[turn - 1].at if turn else None
        written_at = None if record is None else record.created_at
        sources = items.sources.get(item, ())
        lends = not sources or not items.waits(item) or self._approved_after.get(items.ids[item], turn + 1) <= turn
        return Document(items.texts[item], record is None, sources, written_at or said_at, lends)

    def rank(self, text: str) -> list[tuple[int, float]]:
        """Candidates for `text` over everything that is indexed now, best first."""
        return self._ranking.rank(text, self._items.ids)

    def of_turn(self, turn: int) -> list[tuple[int, float]]:
        """Candidates of turn `turn` (1-based), best first."""
        start, end = self._starts[turn - 1], self._starts[turn]
        return list(zip(self._found[start:end], self._scores[start:end], strict=True))

    def of_probe(self, probe_id: str) -> list[tuple[int, float]]:
        """Candidates of a probe, over what existed after the turn that it names."""
        return self._probes[probe_id]

    def of_call(self, turn: int, place: int) -> Sequence[tuple[int, float]]:
        """What archival search number `place` among the calls of `turn` finds in the archive, best first."""
        return self._archive.found(turn, place)

    def corpus_size(self, turn: int) -> int:
        """Documents that existed before turn `turn`."""
        return self._corpus_sizes[turn]

    def breakdown(self, item: int, turn: int) -> list[TermScore]:
        """How `item` got its score at `turn`: term by term, then stage by stage where the policy ranks in stages."""
        if item >= self.corpus_size(turn):
            return []
        text = self._session.turns[turn - 1].text
        return self._ranking.breakdown(text, item, self.corpus_size(turn), self._items.ids)


class Workload:
    """A session's items and demand, grown on request up to a turn. Safe to grow from several threads.

    Raises TokenizerError when the session names a tokenizer that does not exist.
    """

    def __init__(self, session: Session, counter: TokenCounter | None = None) -> None:
        self.session = session
        note = None
        if counter is None:
            counter, note = counter_or_estimate(session.tokenizer)
        self.tokenizer = TokenizerInfo(counter.name, counter.exact, note)
        self.counter = counter
        self.items = ItemTable(
            session.session_id, counter, _item_count(session), _ids_with_a_slash(session),
            # Where the header lists several agents, what names no owner is everybody's.
            default_owner=None if session.agents else session.agent, default_agent=session.agent,
        )  # fmt: skip
        self.system_tokens = counter.count(session.system)
        self.turn_items: list[TurnItems] = []
        self._arrivals: dict[int, list[int]] = {}
        for number, arrival in enumerate(session.arrivals):
            self._arrivals.setdefault(arrival.after_turn, []).append(number)
        self._approvals: dict[int, list[str]] = {}
        self._refusals: dict[int, list[str]] = {}
        refused: set[str] = set()
        for approval in session.approvals:
            if approval.decision == REFUSED:
                refused.add(approval.memory_id)
                self._refusals.setdefault(approval.after_turn, []).append(approval.memory_id)
            elif approval.memory_id not in refused:
                self._approvals.setdefault(approval.after_turn, []).append(approval.memory_id)
        self._pins: dict[int, list[PinChange]] = {}
        for pin in session.pins:
            self._pins.setdefault(pin.after_turn, []).append(pin)
        self._probes: dict[int, list[Probe]] = {}
        for probe in session.probes:
            self._probes.setdefault(probe.after_turn, []).append(probe)
        self._undos: dict[int, list[str]] = {}
        for undo in session.undos:
            self._undos.setdefault(undo.after_turn, []).append(undo.memory_id)
        self._is_timed = True
        self._ends = array("I")
        self._demands: dict[RetrievalSettings, Demand] = {}
        self._lock = threading.RLock()
        self._suspects = Shown()
        self._released: set[int] = set()
        self.tools = SessionTools(session, self.items)
        self.tools.load()
        self.loaded = range(self._add_written(0, ()).stop)
        for item in self.loaded:
            self.tools.note(item, 0)
        self.tools.decide(self.approvals_after(0), self.refusals_after(0), 0)
        self._ends.append(len(self.items))
        self._suspect(range(len(self.items)), 0)

    def arrived_with(self, turn: int) -> range:
        """The items that came with `turn` (0: those that were loaded), one that is there already."""
        return range(self._ends[turn - 1] if turn else 0, self._ends[turn])

    def items_before(self, turn: int) -> int:
        """How many items there were before `turn`, one that is there already or the next one."""
        return self._ends[turn - 1]

    def approvals_after(self, turn: int) -> list[str]:
        """Ids of memories that a person released after `turn`; what was refused before stays refused."""
        return self._approvals.get(turn, [])

    def refusals_after(self, turn: int) -> list[str]:
        """Ids of memories that a person refused after `turn`."""
        return self._refusals.get(turn, [])

    def undos_after(self, turn: int) -> list[str]:
        """Ids of memories of which a person took back, after `turn`, what a lifecycle had done to them."""
        return self._undos.get(turn, [])

    def pins_after(self, turn: int) -> list[PinChange]:
        """What a person pinned and unpinned after `turn`, in order."""
        return self._pins.get(turn, [])

    def probes_after(self, turn: int) -> list[Probe]:
        """Probes that are asked after `turn`."""
        return self._probes.get(turn, [])

    def demand(self, spec: PolicySpec) -> Demand:
        """The demand under the policy's retrieval settings. Raises PolicyError for names that do not exist."""
        key = retrieval_settings(spec)
        known = self._demands.get(key)
        if known is not None:
            # Without the lock: a screen that reads must not wait for the turn that a worker is ranking.
            return known
        with self._lock:
            if key not in self._demands:
                demand = Demand(self.session, self.items, _ranking(key), self._archive_searches(key))
                demand.extend(None, self._ends[0])
                self._demands[key] = demand
            return self._demands[key]

    def ensure(self, demand: Demand, turn: int) -> None:
        """Grow items and `demand` so that turn `turn` can be replayed."""
        with self._lock:
            self.grow(turn)
            while demand.turns < turn:
                number = demand.turns + 1
                effects = self.turn_items[number - 1].effects
                demand.extend(self.session.turns[number - 1], self._ends[number], effects)

    def grow(self, turn: int) -> None:
        """Grow the items alone, up to those of turn `turn`: that is enough for who only reads them."""
        with self._lock:
            while len(self.turn_items) < turn:
                self._add_turn(len(self.turn_items) + 1)

    def _archive_searches(self, key: RetrievalSettings) -> ArchiveSearches:
        depth = self.session.tool_limits.search_depth
        ranking = PlainRanking(_INDEXES[key.retriever](), load_analyser(key.analysis), depth)
        return ArchiveSearches(self.items, ranking)

    def _add_turn(self, number: int) -> None:
        turn, items = self.session.turns[number - 1], self.items
        message = items.add_message(turn.turn_id, "", turn.role, turn.text, number, turn.tokens, None)
        first = len(items)
        for place, call in enumerate(turn.tool_calls, start=1):
            if call.result is not None:
                internal = is_memory_tool(call.tool)
                items.add_message(
                    turn.turn_id,
                    f"tool-{place}",
                    "tool",
                    result_text(call.result),
                    number,
                    None,
                    self._trust_of_memories(call.result) if internal else "tool_external",
                )
        if turn.response:
            items.add_message(turn.turn_id, "reply", "assistant", turn.response, number, None, None)
        echoes = range(first, len(items))
        written = self._add_written(number, turn.remember)
        effects = self.tools.run(turn, number, written)
        self.tools.decide(self.approvals_after(number), self.refusals_after(number), number)
        self._ends.append(len(items))
        self._suspect(range(first, len(items)), number)
        self.turn_items.append(TurnItems(message, echoes, written, effects))

    def _suspect(self, items: range, turn: int) -> None:
        """Note which of the records that came with `turn` taint a text that shows them, and what was released."""
        table = self.items
        for item in items:
            if table.records[item] is not None and (table.is_untrusted(item) or table.is_held(item)):
                self._suspects.add(item, table.ids[item], table.texts[item])
        released = (table.find(name) for name in self.approvals_after(turn))
        self._released.update(item for item in released if item is not None)
        self._released.difference_update(table.find(name) for name in self.refusals_after(turn))

    def _trust_of_memories(self, result: object) -> str:
        """The trust class of what a memory tool returned: that of the least trusted memory which it shows.

        A quarantined one that nobody has released counts as coming from outside, whoever wrote it.
        """
        trust = TRUST_CLASSES.index("tool_internal")
        if not self._suspects:
            return TRUST_CLASSES[trust]
        table = self.items
        for item in self._suspects.find(result_text(result), words_of(result)):
            trust = min(trust, table.trusts[item])
            if table.is_held(item) and item not in self._released:
                trust = min(trust, TRUST_CLASSES.index("tool_external"))
        return TRUST_CLASSES[trust]

    def _add_written(self, number: int, remembered: Sequence[Memory]) -> range:
        first = len(self.items)
        arrived = [self.session.arrivals[place].memory for place in self._arrivals.get(number, ())]
        for memory in (*remembered, *arrived):
            begins_later = memory.valid_from is not None and is_to_come(memory, self._first_time(number))
            self.items.add_memory(memory, number, begins_later=begins_later)
        return range(first, len(self.items))

    def _first_time(self, number: int) -> str | None:
        """The first recorded time of a turn from `number` on; time never goes back after it."""
        turns = self.session.turns
        for place in range(max(number, 1) - 1, len(turns) if self._is_timed else 0):
            at = turns[place].at
            if at is not None:
                return at
        self._is_timed = False
        return None


def _ranking(settings: RetrievalSettings) -> Ranking:
    index = _INDEXES.get(settings.retriever)
    if index is None:
        raise PolicyError(f"unknown retriever {settings.retriever!r}: choose one of {', '.join(_INDEXES)}")
    analyse = load_analyser(settings.analysis)
    return PlainRanking(index(), analyse, settings.pool) if settings.is_plain else StagedRanking(settings, analyse)


def _item_count(session: Session) -> int:
    """How many items `_add_turn` and `_add_written` will make of the session at the most."""
    return len(session.blocks) + len(session.arrivals) + sum(
        1 + sum(_most_of_call(call) for call in turn.tool_calls) + bool(turn.response) + len(turn.remember)
        for turn in session.turns
    )  # fmt: skip


def _most_of_call(call: ToolCall) -> int:
    """A call adds its result, and one memory if it writes any."""
    return (call.result is not None) + is_memory_tool(call.tool)


def _approved_after(session: Session) -> dict[str, int]:
    """The turn after which each memory was released, if it was."""
    found: dict[str, int] = {}
    for approval in session.approvals:
        if approval.decision == APPROVED:
            found.setdefault(approval.memory_id, approval.after_turn)
    return found


def _ids_with_a_slash(session: Session) -> frozenset[str]:
    """Ids of turns and memories that look like those of a tool result or a reply."""
    turn_ids = (turn.turn_id for turn in session.turns)
    written = (memory.memory_id for turn in session.turns for memory in turn.remember)
    arriving = (arrival.memory.memory_id for arrival in session.arrivals)
    return frozenset(name for name in chain(turn_ids, written, arriving) if "/" in name)


def result_text(result: object) -> str:
    """A tool's result as the agent reads it: text as it is, anything else as JSON."""
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, sort_keys=True)
