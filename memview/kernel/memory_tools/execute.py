"""The memory-tool calls of a turn in a replay: what they wrote gets its place, what they ask for is looked up.

The prompt of the turn is sent by then. What is written in turn n is searchable from n + 1 on, and in the core with the
prompt of n + 1; what a search shows counts as referred to and reaches the agent as the call's result.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from memview.kernel.event_log import EventLog
from memview.kernel.guard import Guard
from memview.kernel.intake import Intake
from memview.kernel.items import ItemTable
from memview.kernel.lookup import share_of_best
from memview.kernel.memory_tools.calls import ArchivalSearch, RecallSearch, Refusal, Search, clipped
from memview.kernel.memory_tools.outcome import SearchResult, ToolOutcome
from memview.kernel.memory_tools.pages import Page, cut, page_of
from memview.kernel.memory_tools.recall import find_messages, said_at, said_between
from memview.kernel.memory_tools.recorded import difference_of_edit, difference_of_search, named_in
from memview.kernel.memory_tools.writes import Effect
from memview.kernel.pager import Pager
from memview.kernel.recorder import Recorder
from memview.kernel.workload import Demand, Workload
from memview.model.session import ToolCall, Turn

Widening = Callable[[list[tuple[int, float]]], list[tuple[int, float]]]


class _Ran(NamedTuple):
    """An executed call, without the text of its result: that is told again when someone asks."""

    effect: Effect
    page: Page | None
    error: str | None
    withheld: tuple[int, ...] = ()


class _Asked(NamedTuple):
    """What a search of the archive may show, best first, and what the guard withholds, with its reason."""

    found: list[tuple[int, float]]
    withheld: list[tuple[int, float, str]]


class MemoryTools:
    """Executes the calls of one replay, in order of turns."""

    def __init__(
        self,
        workload: Workload,
        demand: Demand,
        min_score_ratio: float,
        recorder: Recorder,
        guard: Guard,
        pager: Pager,
        intake: Intake,
    ) -> None:
        self.workload = workload
        self.items: ItemTable = workload.items
        self.demand = demand
        self.min_score_ratio = min_score_ratio
        self.recorder = recorder
        self.guard = guard
        self.pager = pager
        self.intake = intake
        self._ran: dict[int, tuple[_Ran, ...]] = {}
        self._widened: Widening = list

    def fork(self, recorder: Recorder, guard: Guard, pager: Pager, intake: Intake) -> MemoryTools:
        """Tools for the turns to come that work on other parts; the outcomes so far stay with these."""
        return MemoryTools(self.workload, self.demand, self.min_score_ratio, recorder, guard, pager, intake)

    def run(self, turn: Turn, number: int, effects: Sequence[Effect], widened: Widening) -> set[int]:
        """Record the calls of a turn with all that they do; returns the items that they have written.

        `widened` adds to what a search of the archive found what the policy itself has made of it.
        """
        self._widened = widened
        written: set[int] = set()
        ran = []
        waiting = iter(effects)
        effect = next(waiting, None)
        for place, call in enumerate(turn.tool_calls, start=1):
            if effect is None or effect.place != place:
                self.recorder.record("tool", reason=_signature(call))
                continue
            ran.append(self._execute(turn, number, call, effect, written))
            effect = next(waiting, None)
        if ran:
            self._ran[number] = tuple(ran)
        return written

    def outcomes(self, number: int) -> list[ToolOutcome]:
        """The memory-tool calls of a turn that has been run."""
        turn = self.workload.session.turns[number - 1]
        return [self._outcome(number, turn.tool_calls[ran.effect.place - 1], ran) for ran in self._ran.get(number, ())]

    def _execute(self, turn: Turn, number: int, call: ToolCall, effect: Effect, written: set[int]) -> _Ran:
        asked = _Asked([], [])
        page, error = None, effect.error
        try:
            if isinstance(effect.call, ArchivalSearch):
                asked = self._ask_archive(turn, number, effect.place, effect.call)
                page = self._page([item for item, _ in asked.found], effect.call)
            elif isinstance(effect.call, RecallSearch):
                page = self._search_recall(effect.call, number, self.recorder.context.lost)
        except Refusal as refusal:
            error = str(refusal)
        ran = _Ran(effect, page, error, tuple(item for item, _, _ in asked.withheld))
        outcome = self._outcome(number, call, ran)
        self.recorder.record("tool", reason=f"{_signature(call)}: {_verdict(outcome)}")
        if error is not None:
            self.recorder.record("error", reason=EventLog.escape(f"{clipped(call.tool)}: {error}"))
        for write in effect.writes:
            self.intake.write_by_tool(write.item, write.replaced, EventLog.escape(call.tool), is_core=write.is_core)
            if write.item is not None:
                written.add(write.item)
        if page is not None and isinstance(effect.call, ArchivalSearch):
            # Where the recording names what the agent really saw, it never looked at the rest of ours.
            seen = named_in(call.result, self._known(effect.call, number))
            ids = self.items.ids
            self._withhold([each for each in asked.withheld if not seen or ids[each[0]] in seen])
            shown = [each for each in asked.found if each[0] in page.items]
            self._refer_to([each for each in shown if not seen or ids[each[0]] in seen])
        return ran

    def _ask_archive(self, turn: Turn, number: int, place: int, search: ArchivalSearch) -> _Asked:
        asked = _Asked([], [])
        lost, cold = self.recorder.context.lost, self.recorder.context.cold
        for item, score in self._meant(search, self._widened(list(self.demand.of_call(number, place)))):
            if asked.found and share_of_best(score, asked.found[0][1]) < self.min_score_ratio:
                break
            if item in lost or item in cold:
                continue
            why = self.guard.withholds(item, self.items.acting(turn.agent), turn.at)
            if why is not None:
                asked.withheld.append((item, score, why))
            else:
                asked.found.append((item, score))
        return asked

    def _meant(self, search: ArchivalSearch, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Those of what the query found that have the tags and the dates asked for."""
        if search.tags:
            wanted = frozenset(search.tags)
            found = [each for each in found if _has_tags(self.items, each[0], wanted, search.has_all)]
        if search.start is None and search.end is None:
            return found
        turns = self.workload.session.turns
        dated = set(said_between((item for item, _ in found), self.items, turns, search.start, search.end))
        return [each for each in found if each[0] in dated]

    def _search_recall(self, search: RecallSearch, number: int, lost: Container[int]) -> Page:
        """The page that a search asks for of the conversation before turn `number`. Raises Refusal."""
        upto = self.workload.items_before(number)
        return self._page(find_messages(search, self.items, upto, self.workload.session.turns, lost), search)

    def recall_result(self, search: RecallSearch, number: int, lost: Container[int]) -> SearchResult:
        """`_search_recall` for someone who is not the agent. Raises ValueError instead of Refusal."""
        try:
            page = self._search_recall(search, number, lost)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None
        shown = tuple(self.items.ids[item] for item in page.items)
        return SearchResult(shown, page.total, page.page, page.last, self._told(page))

    def _told(self, page: Page) -> str:
        """A page as the agent reads it."""
        text = page.text([self._row(item) for item in page.items])
        return cut(text, self.workload.session.tool_limits.result_chars)

    def _page(self, found: Sequence[int], search: Search) -> Page:
        asked = search.top_k if isinstance(search, ArchivalSearch) else search.count
        return page_of(found, search.page, asked or self.workload.session.tool_limits.page_size)

    def _withhold(self, withheld: Sequence[tuple[int, float, str]]) -> None:
        for item, score, why in withheld:
            action = "reject" if self.guard.quarantines(item) is None else "quarantine"
            self.recorder.record(action, item, reason=why, signal="relevance", value=score)

    def _refer_to(self, found: Sequence[tuple[int, float]]) -> None:
        """Count what a page shows as references, each once a turn; what is in the window is there anyway."""
        context, pager = self.recorder.context, self.pager
        for item, score in found:
            if pager.was_referred_to(item) or item in context.window or item in context.summary:
                continue
            if item in pager.pages:
                pager.hit(item, score, "asked for by archival_memory_search, resident")
                continue
            pager.reference(item, self.recorder.turn)
            self.recorder.record(
                "fault", item, self.items.home(item), None, self.items.tokens[item],
                reason="asked for by archival_memory_search, comes as its result", signal="relevance", value=score,
            )  # fmt: skip

    def _outcome(self, number: int, call: ToolCall, ran: _Ran) -> ToolOutcome:
        ids = self.items.ids
        result = self._result(ran)
        shown = () if ran.page is None else tuple(ids[item] for item in ran.page.items)
        asked = ran.effect.call
        if isinstance(asked, ArchivalSearch | RecallSearch) and ran.error is None:
            ours = [_canonical(self.items, item, asked) for item in (ran.page.items if ran.page else ())]
            difference = difference_of_search(call.result, result, ours, self._known(asked, number))
        else:
            difference = difference_of_edit(call.result, result, ran.error is None)
        made = tuple(ids[write.item] for write in ran.effect.writes if write.item is not None)
        recorded_none = call.result is None
        return ToolOutcome(
            ran.effect.place, call.tool, call.arguments, result, call.result,
            None if recorded_none else difference is None,
            "" if recorded_none or difference is None else difference,
            ran.error, made or shown, tuple(ids[item] for item in ran.withheld),
        )  # fmt: skip

    def _result(self, ran: _Ran) -> str:
        if ran.error is not None:
            return cut(ran.error, self.workload.session.tool_limits.result_chars)
        return "None" if ran.page is None else self._told(ran.page)

    def _row(self, item: int) -> str:
        """An item as a line of search results."""
        items = self.items
        at = said_at(item, items, self.workload.session.turns)
        role = items.roles[item]
        text = f"memory: {items.texts[item]}" if role is None else f"{role} - {items.texts[item]}"
        return text if at is None else f"timestamp: {at}, {text}"

    def _known(self, search: Search, number: int) -> Callable[[str], str | None]:
        """For `named_in`: the ids that a search of turn `number` could have found."""
        items, upto = self.items, self.workload.items_before(number)

        def known(name: str) -> str | None:
            item = items.find(name)
            return None if item is None or item >= upto else _canonical(items, item, search)

        return known


def _has_tags(items: ItemTable, item: int, wanted: frozenset[str], every: bool) -> bool:
    record = items.records[item]
    tags = frozenset() if record is None else wanted.intersection(record.tags)
    return tags == wanted if every else bool(tags)


def _canonical(items: ItemTable, item: int, search: Search) -> str:
    """The id by which two results are compared: recorders name turns where we have messages."""
    turn_id = items.turn_ids[item] if isinstance(search, RecallSearch) else None
    return turn_id or items.ids[item]


def _signature(call: ToolCall) -> str:
    return f"{EventLog.escape(call.tool)}({EventLog.escape(', '.join(call.arguments))})"


def _verdict(outcome: ToolOutcome) -> str:
    if outcome.agrees is None:
        return "no result recorded"
    return "same result" if outcome.agrees else EventLog.escape(f"recorded result differs: {outcome.difference}")
