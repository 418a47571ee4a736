"""Policies of other packages under guard: whatever they raise or answer wrongly becomes one line that names them.

Shipped policies are not guarded: they stay fast, and their faults loud.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from math import isfinite
from typing import TypeVar

from memview.kernel.protocols import EvictionPolicy, Page, Victim
from memview.kernel.window import Compaction, CompactionOutcome, WindowView
from memview.model.display import printable
from memview.model.errors import PolicyError

Answer = TypeVar("Answer")

_REASON_WORDS = {"value": 0.0, "turns": "", "times": "", "threshold": 0.0, "other": "", "count": 0}


def told(error: BaseException) -> str:
    """An exception in one line: `ValueError: what it says`."""
    words = " ".join(str(error).split())
    return printable(f"{type(error).__name__}: {words}" if words else type(error).__name__)


def call_foreign(who: str, doing: str, call: Callable[[], Answer]) -> Answer:
    """What `call` gives. Raises PolicyError, naming `who` and what it was `doing`, for whatever it raises."""
    try:
        return call()
    except (Exception, SystemExit) as error:  # somebody else's code: it may raise anything, and memview says whose
        raise PolicyError(f"{who} raised {told(error)} {doing}; mend it, or replay under another policy") from error


class GuardedEviction:
    """An `EvictionPolicy` that passes everything on to `policy` and believes nothing. `who` names it in errors."""

    def __init__(self, policy: EvictionPolicy, who: str) -> None:
        self._policy = policy
        self._who = who
        self._turn = 0
        self._pages: dict[int, Page] = {}
        self._reasons: set[str] = set()

    def __deepcopy__(self, memo: dict[int, object]) -> GuardedEviction:
        policy = call_foreign(self._who, f"when copied at turn {self._turn}", lambda: copy.deepcopy(self._policy, memo))
        twin = GuardedEviction(policy, self._who)
        twin._turn, twin._reasons = self._turn, set(self._reasons)
        twin._pages = {item: copy.deepcopy(page, memo) for item, page in self._pages.items()}
        return twin

    def observe(self, turn: int, asked: Sequence[tuple[int, float]]) -> None:
        """Passed on."""
        self._call("observe", turn, lambda: self._policy.observe(turn, asked))

    def largest(self) -> int | None:
        """Passed on; a number of tokens or None."""
        found = self._call("largest", self._turn, self._policy.largest)
        if found is not None and not isinstance(found, int):
            raise self._wrong("largest", f"answered {_shown(found)}, not a number of tokens or None")
        return found

    def fault(self, item: int, tokens: int, turn: int) -> None:
        """Passed on."""
        self._call("fault", turn, lambda: self._policy.fault(item, tokens, turn))

    def admit(self, page: Page, turn: int) -> None:
        """Passed on."""
        self._pages[page.item] = page
        self._call("admit", turn, lambda: self._policy.admit(page, turn))

    def touch(self, page: Page, turn: int) -> None:
        """Passed on."""
        self._call("touch", turn, lambda: self._policy.touch(page, turn))

    def victim(self, may_leave: Callable[[Page], bool], turn: int) -> Victim | None:
        """A resident page that may leave, or None when none may."""
        found = self._call("victim", turn, lambda: self._policy.victim(may_leave, turn))
        if found is None:
            if any(may_leave(page) for page in self._pages.values()):
                raise self._wrong("victim", "answered None although pages may leave")
            return None
        if not isinstance(found, Victim):
            raise self._wrong("victim", f"answered {_shown(found)}, not a Victim")
        self._check(found, may_leave)
        return found

    def evict(self, victim: Victim, turn: int) -> None:
        """Passed on."""
        self._pages.pop(victim.page.item, None)
        self._call("evict", turn, lambda: self._policy.evict(victim, turn))

    def remove(self, page: Page) -> None:
        """Passed on."""
        self._pages.pop(page.item, None)
        self._call("remove", self._turn, lambda: self._policy.remove(page))

    def _check(self, victim: Victim, may_leave: Callable[[Page], bool]) -> None:
        page = victim.page
        if not isinstance(page, Page) or self._pages.get(page.item) is not page:
            raise self._wrong("victim", f"named {_name_of(page)}, which is not in the core")
        if not may_leave(page):
            raise self._wrong("victim", f"named {_name_of(page)}, which may not leave this turn")
        for number in (victim.value, 0.0 if victim.threshold is None else victim.threshold):
            if not isinstance(number, (int, float)) or not isfinite(number):
                raise self._wrong("victim", f"gave {_shown(number)} as value or threshold, not a finite number")
        if victim.runner_up is not None and not isinstance(victim.runner_up, Page):
            raise self._wrong("victim", f"gave {_shown(victim.runner_up)} as runner_up, not a Page")
        if not isinstance(victim.signal, str) or not isinstance(victim.compared, int):
            raise self._wrong("victim", "gave a signal that is no text, or a count that is no number")
        if victim.reason not in self._reasons:
            self._check_reason(victim.reason)

    def _check_reason(self, reason: object) -> None:
        if not isinstance(reason, str):
            raise self._wrong("victim", f"gave {_shown(reason)} as reason, not text")
        try:
            reason.format(**_REASON_WORDS)
        except (ValueError, LookupError, AttributeError, TypeError):
            words = ", ".join(_REASON_WORDS)
            raise self._wrong("victim", f"gave the reason {_shown(reason)}; its braces may hold {words}") from None
        self._reasons.add(reason)

    def _call(self, method: str, turn: int, call: Callable[[], Answer]) -> Answer:
        self._turn = turn
        return call_foreign(self._who, f"in {method} at turn {turn}", call)

    def _wrong(self, method: str, what: str) -> PolicyError:
        return PolicyError(
            f"{self._who}: {method} {what}, at turn {self._turn}; mend it, or replay under another policy"
        )


class GuardedCompaction:
    """A `Compaction` that passes everything on to `policy` and believes nothing. `who` names it in errors."""

    def __init__(self, policy: Compaction, who: str) -> None:
        self._policy = policy
        self._who = who
        self._turn = 0

    def __deepcopy__(self, memo: dict[int, object]) -> GuardedCompaction:
        policy = call_foreign(self._who, f"when copied at turn {self._turn}", lambda: copy.deepcopy(self._policy, memo))
        return GuardedCompaction(policy, self._who)

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """What the policy wants, its indexes checked against the messages."""
        self._turn = view.turn
        found = call_foreign(self._who, f"in compact at turn {view.turn}", lambda: self._policy.compact(view))
        if not isinstance(found, list) or not all(isinstance(each, CompactionOutcome) for each in found):
            raise self._wrong(f"answered {_shown(found)}, not a list of CompactionOutcome")
        for outcome in found:
            self._check(outcome, len(view.messages))
        return found

    def _check(self, outcome: CompactionOutcome, count: int) -> None:
        indexes = [*outcome.evicted, *(index for index, _ in outcome.replaced)]
        if any(not isinstance(index, int) or not 0 < index < count for index in indexes):
            raise self._wrong(f"named a message outside 1 to {count - 1} of the window")
        if not all(isfinite(number) for number in (outcome.value, outcome.threshold)):
            raise self._wrong("gave a value or threshold that is not a finite number")

    def _wrong(self, what: str) -> PolicyError:
        return PolicyError(
            f"{self._who}: compact {what}, at turn {self._turn}; mend it, or replay under another policy"
        )


def _shown(value: object) -> str:
    """A foreign value in a few words; its own `repr` is not trusted to be short, or to work."""
    if isinstance(value, (str, int, float)) and len(str(value)) < 60:
        return printable(repr(value))
    return f"an object of type {type(value).__name__}" if not isinstance(value, str) else "a long text"


def _name_of(page: object) -> str:
    return printable(page.memory_id) if isinstance(page, Page) else _shown(page)
