"""Transforms: what becomes of the text that leaves the window. Models are replaced by stand-ins, named by settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memview.kernel.window import Sentence, Summary, WindowMessage, WindowView
from memview.policies.compaction.absolute import Scale, scale_for
from memview.policies.compaction.clip import head
from memview.policies.compaction.parts import TOOL_ROLES, Cut
from memview.policies.compaction.settings import choice, number, whole
from memview.tokens import load_counter

SUMMARISERS = ("extractive@1",)
TOO_LONG = "Previous conversation was too long to summarize."
"""What LangChain's middleware writes when it has trimmed all that it was to summarise."""

LARGEST_SHARE = 8
"""A summary takes one part in eight of the window at most, whatever its words: their number was chosen for windows that
are so large that it makes no difference there."""

_MEMGPT_SAFETY = 0.8


@dataclass(frozen=True, slots=True)
class Drop:
    """No summary: what leaves is in the prompt no more."""

    def summary(self, view: WindowView, cut: Cut) -> Summary | None:  # noqa: ARG002
        return None

    def note(self, view: WindowView) -> str:  # noqa: ARG002
        return ""


@dataclass(frozen=True, slots=True)
class RecursiveSummary:
    """A summary of the previous summary and what leaves, of at most `summary_words` words.

    Where what leaves is more than `summary_input_share` of the window, its first part is summarised first (MemGPT; 0
    reads all at once). Results of tools are read up to `summary_tool_characters` (0: whole).
    """

    summariser: str = choice(SUMMARISERS[0], *SUMMARISERS)
    summary_words: int = whole(300, 1)
    summary_input_share: float = number(0.0, 0, 10)
    summary_tool_characters: int = whole(0, 0)

    def summary(self, view: WindowView, cut: Cut) -> Summary | None:
        read = cut.evicted if cut.summarised is None else cut.summarised
        if not read:
            return None
        summary = view.summary
        for portion in self._portions(view, read):
            messages = [self._as_read(view.messages[index]) for index in portion]
            summary = _extract(view, messages, cut.words or self.summary_words, summary)
        return summary

    def note(self, view: WindowView) -> str:  # noqa: ARG002
        return ""

    def _portions(self, view: WindowView, read: Sequence[int]) -> list[Sequence[int]]:
        portions = [read]
        limit = self.summary_input_share * view.window
        while limit > 0:
            first = portions[0]
            tokens = sum(view.messages[index].tokens for index in first)
            if tokens <= limit:
                break
            count = int(len(first) * (limit / tokens * _MEMGPT_SAFETY))
            portions[:1] = [first[:count], first[count:]]
        return portions

    def _as_read(self, message: WindowMessage) -> WindowMessage:
        if self.summary_tool_characters and message.role in TOOL_ROLES:
            return message._replace(text=head(message.text, self.summary_tool_characters))
        return message


@dataclass(frozen=True, slots=True)
class TailSummary:
    """A fresh summary of only the last `summary_sees_tokens` of what leaves, from a message of the user's on.

    The rest, and a previous summary that does not fit beside it, is gone without a trace (LangChain's middleware).
    """

    summariser: str = choice(SUMMARISERS[0], *SUMMARISERS)
    summary_words: int = whole(300, 1)
    summary_sees_tokens: int = whole(4_000, 1)
    reference_window: int = whole(128_000, 1)

    def summary(self, view: WindowView, cut: Cut) -> Summary | None:
        if not cut.evicted:
            return None
        left = self._scale(view).tokens(self.summary_sees_tokens)
        start = len(cut.evicted)
        while start > 0 and view.messages[cut.evicted[start - 1]].tokens <= left:
            start -= 1
            left -= view.messages[cut.evicted[start]].tokens
        previous = view.summary
        if start > 0 or (previous is not None and load_counter("estimate").count(previous.text) > left):
            previous = None
        messages = [view.messages[index] for index in cut.evicted[start:]]
        while previous is None and messages and messages[0].role != "user":
            messages.pop(0)
        if not messages and previous is None:
            return Summary((Sentence(TOO_LONG, ()),))
        return _extract(view, messages, self.summary_words, previous)

    def note(self, view: WindowView) -> str:
        return self._scale(view).note

    def _scale(self, view: WindowView) -> Scale:
        return scale_for(self.summary_sees_tokens, view.window, self.reference_window)


def _extract(view: WindowView, messages: Iterable[WindowMessage], words: int, previous: Summary | None) -> Summary:
    """A summary of at most `words` words, and of no more than its share of the window by the estimate of its tokens."""
    from memview.policies.standins.summary import extract_summary
    from memview.policies.standins.texts import SourceText

    texts = [SourceText(message.item, message.role, message.text) for message in messages]
    summary = extract_summary(texts, words, previous)
    most = view.window // LARGEST_SHARE
    while (tokens := load_counter("estimate").count(summary.text)) > most and words > 1:
        # A little less than in proportion: words differ in size, and every try reads all texts again.
        words = max(1, words * most * 9 // (tokens * 10))
        summary = extract_summary(texts, words, previous)
    return summary
