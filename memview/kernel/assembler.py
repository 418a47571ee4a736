"""The assembler: fixed anchors in a fixed order, every section within its budget, the whole within the window.

Order: system, core, summary, retrieved, window, query. What does not fit leaves by rule, and every departure is an
event: a query that is too long by itself is cut, the lowest-ranked retrieved memories are dropped, the oldest messages
leave the window.
"""

from __future__ import annotations

from memview.kernel.items import ItemTable
from memview.kernel.recorder import Recorder
from memview.model.frame import SectionTokens
from memview.model.session import Budgets
from memview.tokens import TokenCounter

SUMMARY_SHARE = 4
"""The summary section may take one part in four of the prompt."""


class Assembler:
    """Token counts of the prompt of one replay. `window_tokens` counts messages before the query."""

    def __init__(
        self, items: ItemTable, recorder: Recorder, budgets: Budgets, system_tokens: int, overflow: str
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.budgets = budgets
        self.system_tokens = system_tokens
        self.overflow = overflow
        self.window_tokens = 0
        self.summary_tokens = 0
        self.retrieved_tokens = 0

    def fork(self, recorder: Recorder) -> Assembler:
        """An independent assembler in the same state that records elsewhere."""
        twin = Assembler(self.items, recorder, self.budgets, self.system_tokens, self.overflow)
        twin.window_tokens, twin.summary_tokens = self.window_tokens, self.summary_tokens
        return twin

    @property
    def prompt_limit(self) -> int:
        """Tokens that the prompt may take: the window less the reserve for the reply."""
        return self.budgets.window - self.budgets.reserve

    @property
    def retrieved_left(self) -> int:
        """Tokens that are left in the retrieved section of this turn."""
        return self.budgets.retrieval - self.retrieved_tokens

    def has_room_for(self, tokens: int) -> bool:
        """Whether a retrieved memory of this size still fits into its section."""
        return tokens <= self.retrieved_left

    def shift_query(self, message: int) -> None:
        """The query of the turn before has become an ordinary message of the window."""
        self.window_tokens += self.items.tokens[message]
        self.retrieved_tokens = 0

    def add_summary(self, item: int) -> None:
        """Put a recorded summary into its section; the oldest leave for the archive when it is full."""
        size, most = self.items.tokens[item], self.prompt_limit // SUMMARY_SHARE
        record, summary = self.recorder.record, self.recorder.context.summary
        if size > most:
            reason = "larger than the summary section: {value:.0f} > {threshold:.0f} tok"
            record("insert", item, None, "archive", size, reason=reason, signal="tokens", value=size, threshold=most)
            return
        while self.summary_tokens + size > most:
            oldest = next(iter(summary))
            self.summary_tokens -= self.items.tokens[oldest]
            record("compact", oldest, "summary", "archive", self.items.tokens[oldest], reason="oldest summary")
        self.summary_tokens += size
        record("insert", item, None, "summary", size, reason="recorded summary")

    def has_room_for_summary(self, item: int, before: int) -> bool:
        """Whether the section can hold the summary `item` once that of `before` (-1: none) is gone."""
        freed = self.items.tokens[before] if before >= 0 else 0
        # The core may fill up to its budget, and the question needs a token at least.
        left = self.prompt_limit - self.system_tokens - self.budgets.core - 1
        return self.summary_tokens - freed + self.items.tokens[item] <= min(self.prompt_limit // SUMMARY_SHARE, left)

    def place_summary(self, item: int) -> None:
        """Put a summary that a compaction has made into its section, which has room for it."""
        size = self.items.tokens[item]
        self.summary_tokens += size
        self.recorder.record("insert", item, None, "summary", size, reason="made by compaction")

    def replace_summary(self, item: int, newer: int) -> None:
        """Take out the summary that `newer`, made from it, takes the place of."""
        size = self.items.tokens[item]
        self.summary_tokens -= size
        self.recorder.record("compact", item, "summary", "archive", size, reason="folded into {other}", other=newer)

    def release_summary(self, item: int, other: int, reason: str = "superseded by {other}") -> None:
        """Take a summary out for good reason, such as that `other` replaces it."""
        size = self.items.tokens[item]
        self.summary_tokens -= size
        self.recorder.record("compact", item, "summary", self.items.home(item), size, reason=reason, other=other)

    def fit_loaded(self, core_tokens: int) -> SectionTokens:
        """Make what was loaded fit, before there is a query. Returns tokens per section."""
        self._fit_window(None, 0, core_tokens)
        return self.sections(None, core_tokens)

    def fit(self, message: int, core_tokens: int) -> SectionTokens:
        """Make the prompt of this turn fit, `message` being its query. Returns tokens per section."""
        query = self._fit_query(message, self.items.tokens[message], core_tokens)
        self._fit_retrieved(query, core_tokens)
        self._fit_window(message, query, core_tokens)
        return self.sections(query, core_tokens)

    def fit_question(self, question: str, counter: TokenCounter, core_tokens: int) -> SectionTokens:
        """`fit` for a question that is no item of the session (a probe, `run`)."""
        query = self._fit_query(None, counter.count(question), core_tokens)
        self._fit_retrieved(query, core_tokens)
        self._fit_window(None, query, core_tokens)
        return self.sections(query, core_tokens)

    @property
    def outside(self) -> int:
        """Tokens of the prompt, its reserve included, that are neither system prompt nor messages nor the core."""
        return self.summary_tokens + self.retrieved_tokens + self.budgets.reserve

    def sections(self, query: int | None, core_tokens: int) -> SectionTokens:
        """The sections as they stand."""
        return SectionTokens(
            system=self.system_tokens,
            core=core_tokens,
            summary=self.summary_tokens,
            retrieved=self.retrieved_tokens,
            window=self.window_tokens,
            query=query or 0,
            reserve=self.budgets.reserve,
            limit=self.budgets.window,
        )

    def _fit_query(self, message: int | None, size: int, core_tokens: int) -> int:
        room = self.prompt_limit - self.system_tokens - core_tokens - self.summary_tokens
        if size <= room:
            return size
        self.recorder.record(
            "trim", -1 if message is None else message, "window", "window", size - room,
            reason="the query alone is too long: cut to {threshold:.0f} of {value:.0f} tok",
            signal="tokens", value=size, threshold=room,
        )  # fmt: skip
        return room

    def _fit_retrieved(self, query: int, core_tokens: int) -> None:
        room = self.prompt_limit - self.system_tokens - core_tokens - self.summary_tokens - query
        retrieved = self.recorder.context.retrieved
        while self.retrieved_tokens > room:
            last = next(reversed(retrieved))
            size = self.items.tokens[last]
            self.recorder.record(
                "drop", last, "retrieved", self.items.home(last), size,
                reason="the prompt is full: {value:.0f} > {threshold:.0f} tok",
                signal="retrieved_tokens", value=self.retrieved_tokens, threshold=room,
            )  # fmt: skip
            self.retrieved_tokens -= size

    def _fit_window(self, message: int | None, query: int, core_tokens: int) -> None:
        fixed = self.system_tokens + core_tokens + self.summary_tokens + self.retrieved_tokens + query
        destination = "nowhere" if self.overflow == "drop" else "recall"
        if fixed + self.window_tokens <= self.prompt_limit:
            return
        waiting = (item for item in self.recorder.context.in_window(self.items) if item != message)
        while fixed + self.window_tokens > self.prompt_limit:
            oldest = next(waiting)
            size = self.items.tokens[oldest]
            self.recorder.record(
                "compact", oldest, "window", destination, size,
                reason="oldest message, the prompt is over its limit: {value:.0f} > {threshold:.0f} tok",
                signal="prompt_tokens", value=fixed + self.window_tokens, threshold=self.prompt_limit,
            )  # fmt: skip
            self.window_tokens -= size
