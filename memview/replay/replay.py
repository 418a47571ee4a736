"""A replay: one session under one policy, turn by turn, with every frame at hand."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE
from memview.kernel.memory_tools.blocks import BlockState
from memview.kernel.memory_tools.calls import RecallSearch
from memview.kernel.memory_tools.outcome import SearchResult, ToolOutcome
from memview.kernel.retrieval.bm25 import TermScore
from memview.kernel.workload import Workload
from memview.model.frame import Custody, Frame, SectionTokens
from memview.model.memory import Memory
from memview.model.policy_spec import PolicySpec
from memview.replay.computation import Computation
from memview.replay.custody_runs import CustodyRun, custody_runs
from memview.replay.inspect import core_slots, hits_of_turn, prompt_of_turn
from memview.replay.metrics import Metrics, all_metrics
from memview.replay.probes import ProbeResult
from memview.replay.views import CoreSlot, Hit, Prompt

_CACHED_FRAMES = 256


class Replay(Computation):
    """All that can be asked of the turns that are computed. Everything here reads; `advance` and `run` compute."""

    def __init__(
        self,
        workload: Workload,
        spec: PolicySpec,
        core_budget: int | None = None,
        window_budget: int | None = None,
        retrieval_budget: int | None = None,
        seed: int = 0,
    ) -> None:
        self._frames: OrderedDict[int, Frame] = OrderedDict()
        super().__init__(workload, spec, core_budget, window_budget, retrieval_budget, seed)

    def _check(self, turn: int) -> None:
        if not 0 <= turn <= self.computed:
            raise IndexError(f"turn {turn} of {self.computed} computed ones")

    def event_span(self, turn: int) -> range:
        """The `seq` numbers of the events of `turn`."""
        self._check(turn)
        return self._columns.span(turn)

    def turn_of(self, seq: int) -> int:
        """The turn that event `seq` belongs to."""
        return self.events.turns[seq]

    def frame(self, turn: int) -> Frame:
        """The fold of all events up to `turn`. Raises IndexError for a turn that is not computed."""
        self._check(turn)
        frame = self._frames.get(turn)
        if frame is None:
            context = self._context(turn)
            frame = self._frame_of(context, turn, self._columns.tokens(turn), self._columns.custody(turn))
            self._frames[turn] = frame
            if len(self._frames) > _CACHED_FRAMES:
                self._frames.popitem(last=False)
        return frame

    def frame_at(self, seq: int) -> Frame:
        """The fold up to and including event `seq`: in the middle of a turn, before the prompt is made to fit."""
        turn = self.turn_of(seq)
        context = self._checkpoints.context_after(seq + 1)
        tokens = self.workload.items.tokens
        message = self.workload.turn_items[turn - 1].message if turn else -1
        query = tokens[message] if message in context.window else 0
        sections = SectionTokens(
            system=self.workload.system_tokens,
            core=sum(tokens[item] for item in context.core),
            summary=sum(tokens[item] for item in context.summary),
            retrieved=sum(tokens[item] for item in context.retrieved),
            window=sum(tokens[item] for item in context.window) - query,
            query=query,
            reserve=self.budgets.reserve,
            limit=self.budgets.window,
        )
        return self._frame_of(context, turn, sections, context.custody(self.workload.items))

    def _context(self, turn: int) -> Context:
        return self._checkpoints.context_after(self._columns.span(turn).stop)

    def context_after(self, events: int) -> Context:
        """The fold over the first `events` events, a copy that is the caller's own."""
        return self._checkpoints.context_after(events)

    def made_numbers(self) -> list[int]:
        """The item numbers of what the policy has made so far, in order of making."""
        return list(self._made.values())

    def _frame_of(self, context: Context, turn: int, tokens: SectionTokens, custody: Custody) -> Frame:
        ids = self.workload.items.ids
        return Frame(
            turn=turn,
            core=tuple(ids[item] for item in context.core),
            window=tuple(ids[item] for item in context.in_window(self.workload.items)),
            retrieved=tuple(ids[item] for item in context.retrieved),
            summary=tuple(ids[item] for item in context.summary),
            tokens=tokens,
            custody=custody,
        )

    def reused_tokens(self, turn: int) -> int:
        """Tokens that the prompt of `turn` begins with as the one before did: what caching saves; 0 for turn 1."""
        self._check(turn)
        return self._columns.prefixes[turn] if turn > 1 else 0

    def tally(self, action: str) -> Sequence[int]:
        """Events of `action` (or `loss`: items gone for good) per turn, indexed by turn."""
        return self._columns.tally(action)

    def turn_numbers(self, name: str) -> Sequence[int]:
        """Per turn, 0 included: tokens of a prompt section (`core`), items in a state of custody, or `core_slots`."""
        return self._columns.numbers(name)

    def hits(self, turn: int, until: int | None = None) -> list[Hit]:
        """What retrieval found, in rank order, and what became of it in the turn, or in it up to the event `until`."""
        self._check(turn)
        return hits_of_turn(self, turn, until)

    def core_slots(self, turn: int) -> list[CoreSlot]:
        """The residents of the core at `turn`, in prompt order."""
        self._check(turn)
        return core_slots(self.workload.items, self._context(turn), turn, self._columns.forecast[turn])

    def prompt(self, turn: int) -> Prompt:
        """The prompt that `turn` (1-based) sent."""
        self._check(turn)
        return prompt_of_turn(self.workload, self._context(turn), turn, self.frame(turn).tokens)

    def route(self, turn: int) -> str:
        """Where the router sent the turn, with its reason; empty for turn 0."""
        route = ACTION_CODE["route"]
        for seq in self.event_span(turn):
            if self.events.actions[seq] == route:
                return self.events.reason(seq)
        return ""

    def tool_calls(self, turn: int) -> list[ToolOutcome]:
        """The memory-tool calls of `turn` as executed by us, each beside its recorded result."""
        self._check(turn)
        return self._kernel.tools.outcomes(turn) if turn else []

    def blocks(self, turn: int) -> list[BlockState]:
        """The blocks of core memory at the end of `turn`. What of them is in the prompt is for the policy to say."""
        self._check(turn)
        return self.workload.tools.blocks.at(turn)

    def conversation_search(self, query: str, turn: int, page: int = 0) -> SearchResult:
        """What the agent would find if it searched its conversation in `turn`, which may be the one to come.

        Raises ValueError for a page that does not exist.
        """
        return self._search_recall(RecallSearch(query, page), turn)

    def conversation_search_date(self, start_date: str, end_date: str, turn: int, page: int = 0) -> SearchResult:
        """As `conversation_search`, for all that was said from one ISO 8601 date to another.

        Raises ValueError for a page that does not exist and for a date that is none.
        """
        return self._search_recall(RecallSearch("", page, start_date, end_date), turn)

    def _search_recall(self, search: RecallSearch, turn: int) -> SearchResult:
        if not 1 <= turn <= self.computed + 1:
            raise IndexError(f"turn {turn} of {self.computed} computed ones and the next")
        lost = self._context(min(turn, self.computed)).lost
        return self._kernel.tools.recall_result(search, turn, lost)

    def _item(self, memory_id: str) -> int:
        item = self._made.get(memory_id)
        if item is None:
            item = self.workload.items.find(memory_id)
        if item is None:
            raise KeyError(memory_id)
        return item

    def number_of(self, memory_id: str) -> int:
        """The item's number in the columns of the event log. Raises KeyError when it is unknown."""
        return self._item(memory_id)

    def item_number(self, memory_id: str) -> int:
        """Where the item stands in the columns of `workload.items`. Raises KeyError when it is unknown."""
        return self._item(memory_id)

    @property
    def _made(self) -> Mapping[str, int]:
        """What the policy itself has made so far, by id."""
        return self._kernel.made

    def memory(self, memory_id: str) -> Memory:
        """The record called `memory_id`; messages come as kind `message`. Raises KeyError when it is unknown."""
        return self.workload.items.memory(self._item(memory_id))

    def tokens_of(self, memory_id: str) -> int:
        """Tokens of one item. Raises KeyError when it is unknown."""
        return self.workload.items.tokens[self._item(memory_id)]

    def item_ids(self) -> Sequence[str]:
        """Ids of all items that have arrived so far, in order of arrival; what the policy made comes last."""
        items = self.workload.items
        return [*items.ids[: len(items)], *self._made]

    def archive_size(self, turn: int) -> int:
        """Documents that the turn's retrieval searched."""
        self._check(turn)
        return self._kernel.demand.corpus_size(turn)

    def history(self, memory_id: str) -> list[int]:
        """The `seq` numbers of all events on one item."""
        item = self._item(memory_id)
        return [seq for seq, other in enumerate(self.events.items[: len(self.events)]) if other == item]

    def custody_runs(self, memory_id: str) -> list[CustodyRun]:
        """Custody of one item over all computed turns, as runs in order of time."""
        return custody_runs(self.events, self.workload.items, self._item(memory_id), self.computed)

    def is_pinned(self, memory_id: str, turn: int) -> bool:
        """Whether the item is pinned at the end of `turn`: as recorded, or as a person has decided since."""
        self._check(turn)
        item = self._item(memory_id)
        return self._context(turn).pins.get(item, self.workload.items.memory(item).pinned)

    def custody_of(self, memory_id: str, turn: int) -> str:
        """visible, covered, recoverable or lost at `turn`; unseen before the item arrived."""
        self._check(turn)
        item, context = self._item(memory_id), self._context(turn)
        visible = context.visible()
        if item in visible:
            return "visible"
        if not self.workload.items.has_arrived(item, turn):
            return "unseen"
        if item in context.covered(self.workload.items, visible):
            return "covered"
        return "lost" if item in context.lost else "recoverable"

    def place_of(self, memory_id: str, turn: int) -> str | None:
        """The section or tier that holds the item at `turn`; None before it arrived."""
        self._check(turn)
        item, context = self._item(memory_id), self._context(turn)
        for name in ("core", "summary", "retrieved", "window"):
            if item in getattr(context, name):
                return name
        if not self.workload.items.has_arrived(item, turn):
            return None
        if item in context.lost:
            return "nowhere"
        return "cold" if item in context.cold else self.workload.items.home(item)

    def score_breakdown(self, memory_id: str, turn: int) -> list[TermScore]:
        """How the retriever scored the item at `turn`, term by term; empty when no term of the question matches."""
        self._check(turn)
        return self._kernel.demand.breakdown(self._item(memory_id), turn) if turn else []

    @property
    def probe_results(self) -> list[ProbeResult]:
        """Results of the probes asked so far, in the order in which they were asked."""
        return list(self._probe_results)

    @property
    def metrics(self) -> Metrics:
        """Metrics of the turns computed so far, by published name; None where one does not apply."""
        return all_metrics(
            self.events,
            self.workload.items,
            self.session,
            self._probe_results,
            self._columns.totals(),
            self._columns.prefixes[1:],
            self._kernel.recorder.context,
            self.budgets.core,
        )

    @property
    def landfill(self) -> Metrics:
        """How much of what is kept after the last computed turn is no use, by published name; None: nothing is kept.

        Apart from `metrics`, as it looks at all texts: some 0.1 s for 1,000 memories at first, a fifth of that later.
        """
        from memview.replay.landfill_metrics import landfill_metrics  # nothing on the way to the first frame needs it

        at = self.session.turns[self.computed - 1].at if self.computed else None
        return landfill_metrics(self._kernel.household(at), self._caretaker)

    @property
    def digest(self) -> str:
        """`sha256:` of the bytes that `replay --events` writes."""
        digest = hashlib.sha256()
        for event in self.events:
            digest.update(event.canonical().encode("utf-8", "surrogatepass") + b"\n")
        return f"sha256:{digest.hexdigest()}"
