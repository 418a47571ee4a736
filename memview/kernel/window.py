"""The window as a compaction policy sees it: measure, trigger, select, transform, destination, repair, aftermath.

The kernel knows this shape and applies its outcome as events; what to compact is the policy's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class WindowMessage(NamedTuple):
    """One message of the prompt. `item` is the caller's number for it; `tokens` its size as the caller counts it."""

    item: int
    role: str
    tokens: int
    text: str
    calls_tools: bool = False


class Sentence(NamedTuple):
    """One sentence of a summary and the items that it was taken from. `age` counts the compactions it came through."""

    text: str
    sources: tuple[int, ...]
    age: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A text that stands for others: its sentences in order, each with its sources, so that coverage is exact."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def sources(self) -> tuple[int, ...]:
        """The items of all sentences, each once, in order of first mention."""
        return tuple(dict.fromkeys(source for sentence in self.sentences for source in sentence.sources))


@dataclass(frozen=True, slots=True)
class WindowView:
    """What a compaction policy is shown before a prompt is sent.

    `messages[0]` is the system prompt, then come the messages of the window, oldest first; the last one is what the
    turn asks. `window` is the model's window in tokens; `outside` are tokens of the prompt that are not in `messages`
    (core, summary, retrieved, and the reserve for the reply). `summary` is what an earlier compaction left.
    """

    messages: tuple[WindowMessage, ...]
    window: int
    outside: int = 0
    summary: Summary | None = None
    turn: int = 0


class FactChange(NamedTuple):
    """What extraction wants of the archive: `add` a fact, or let one `update`, `invalidate` or `delete` an older one.

    `replaces` is the text of the older fact; `add` has none.
    """

    operation: str
    text: str
    sources: tuple[int, ...]
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class CompactionOutcome:
    """What a compaction does. Indexes are into `WindowView.messages`.

    `signal`, `value`, `threshold` and `reason` (a template over value and threshold) say what fired; `is_warning`
    means that nothing moves and only an alert is sent. `evicted` leave the window for `destination` (`recall`, or
    `nowhere`: a true loss). `replaced` pairs an index with the text that stays in its place: a placeholder, or the
    head and tail of a long tool result. A `summary` takes the place of the one before; None leaves that one. `facts`
    change the archive.
    """

    signal: str
    value: float
    threshold: float
    reason: str
    evicted: tuple[int, ...] = ()
    replaced: tuple[tuple[int, str], ...] = ()
    summary: Summary | None = None
    facts: tuple[FactChange, ...] = ()
    destination: str = "recall"
    is_warning: bool = False


class Compaction(Protocol):
    """The window side of a policy. One instance serves one replay and may count turns; it reads no clock.

    It has to be copyable with `copy.deepcopy`: a probe is asked of a copy.
    """

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """What to do before this prompt is sent, in order (a warning may come before a compaction); empty: nothing."""
