"""What worker threads tell the inspector. Messages carry finished things; no thread touches a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.settings import BudgetSettings
    from memview.tui.lanes import KeptFiles, Lane
    from memview.tui.loader import OpenedSession


class SessionOpened(Message):
    """The file is read and its replays can be computed; one for each policy asked for."""

    def __init__(self, opened: OpenedSession, replays: tuple[Replay, ...]) -> None:
        super().__init__()
        self.opened = opened
        self.replays = replays


class BeginningOpened(SessionOpened):
    """The first turns of a long file can be computed and shown; the rest is still being read."""


class RestOpened(Message):
    """The whole of a long file is read: it takes the place of its beginning."""

    def __init__(self, opened: OpenedSession) -> None:
        super().__init__()
        self.opened = opened


class PolicyLoaded(Message):
    """One more policy is ready to be computed and shown, or a what-if: `fork` is the lane that holds it."""

    def __init__(self, replay: Replay, fork: Lane | None = None) -> None:
        super().__init__()
        self.replay = replay
        self.fork = fork


class ForkKept(Message):
    """A what-if is written: as a session file, a policy file, or both."""

    def __init__(self, files: KeptFiles) -> None:
        super().__init__()
        self.files = files


class Rebudgeted(Message):
    """Every lane has a new replay under other budgets."""

    def __init__(self, budgets: BudgetSettings, replays: tuple[tuple[Lane, Replay], ...]) -> None:
        super().__init__()
        self.budgets = budgets
        self.replays = replays


class Progressed(Message):
    """More turns are computed."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Progressed)


class Searched(Message):
    """The filter has looked at more events."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Searched)


class BreakpointsSearched(Message):
    """The search for breakpoints has come to the end of what is computed, or has been given up."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BreakpointsSearched)


class DebugStateSaved(Message):
    """Breakpoints and bookmarks are written; `notice` is what a person has to be told about it, or empty."""

    def __init__(self, notice: str) -> None:
        super().__init__()
        self.notice = notice


class OpeningFailed(Message):
    """The session cannot be shown at all; `message` says how to mend it."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message


class Refused(Message):
    """What was asked for cannot be done; what is on screen stays. `message` says how to mend it."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message
