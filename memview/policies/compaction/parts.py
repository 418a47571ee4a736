"""What the parts of a compaction hand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from memview.kernel.window import Summary, WindowMessage, WindowView

TOOL_ROLES = ("tool", "function")


class Fired(NamedTuple):
    """What a trigger saw when it fired. `reason` is a template over value and threshold."""

    signal: str
    value: float
    threshold: float
    reason: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What a selection takes out of the window. Indexes are into `WindowView.messages`, in order.

    `replaced` pairs an index with the text that stays instead. `summarised` is what the summary may cover; None means
    all that is evicted. `words` overrides the length of the summary. `note` says what is special, as plain text.
    """

    evicted: tuple[int, ...] = ()
    replaced: tuple[tuple[int, str], ...] = ()
    summarised: tuple[int, ...] | None = None
    words: int | None = None
    note: str = ""


class Measure(Protocol):
    """A number that says how full the window is."""

    @property
    def signal(self) -> str:
        """What is counted, as events name it."""
        ...

    @property
    def words(self) -> str:
        """What is counted, as a reason says it."""
        ...

    def read(self, view: WindowView) -> float:
        """How full the window of `view` is."""
        ...


class Trigger(Protocol):
    """When to compact."""

    def fired(self, view: WindowView, measure: Measure) -> Fired | None:
        """What fires it now, or None."""
        ...


class Repair(Protocol):
    """Moves a cut to where the system allows one."""

    def __call__(self, messages: Sequence[WindowMessage], cutoff: int) -> int | None:
        """The index at which what is kept shall start, when `cutoff` is where it would; None when there is no such."""
        ...


class Select(Protocol):
    """Which messages leave, and which are cut short."""

    def cut(self, view: WindowView, fired: Fired, measure: Measure, repair: Repair) -> Cut:
        """What to take out of `view`. Nothing is evicted when the system could not either; the note says why."""
        ...


class Transform(Protocol):
    """What becomes of the text of evicted messages."""

    def summary(self, view: WindowView, cut: Cut) -> Summary | None:
        """The summary that takes the place of the one before, or None to leave that one alone."""
        ...

    def note(self, view: WindowView) -> str:
        """What is special in a window of this size, as plain text; empty when nothing is."""
        ...


def total_tokens(view: WindowView) -> int:
    """Tokens of the whole prompt."""
    return view.outside + sum(message.tokens for message in view.messages)


def calls_tool(messages: Sequence[WindowMessage], index: int) -> bool:
    """Whether the message calls a tool: it says so, or a tool's result follows a message of the assistant's."""
    message = messages[index]
    if message.calls_tools:
        return True
    following = index + 1
    return message.role == "assistant" and following < len(messages) and messages[following].role in TOOL_ROLES


def tool_groups(messages: Sequence[WindowMessage]) -> list[range]:
    """Each call with the results that follow it, as ranges of indexes; results that nobody called for are left out."""
    groups = []
    index = 1
    while index < len(messages):
        end = index + 1
        if messages[index].role not in TOOL_ROLES and calls_tool(messages, index):
            while end < len(messages) and messages[end].role in TOOL_ROLES:
                end += 1
            if end > index + 1:
                groups.append(range(index, end))
        index = end
    return groups
