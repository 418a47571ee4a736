"""Memories of facts beside the window: each pair of messages is read once, for what it says (Mem0, Graphiti)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from memview.kernel.window import CompactionOutcome, FactChange, WindowMessage, WindowView
from memview.policies.compaction.settings import choice

if TYPE_CHECKING:
    from memview.policies.standins.conflicts import Ledger

LEDGERS: Mapping[str, str] = MappingProxyType(
    {"replace@1": "ReplacingLedger", "invalidate@1": "InvalidatingLedger", "add-only@1": "AddOnlyLedger"}
)
"""Ledgers: the class in `memview.policies.standins.conflicts`, which is imported when it is needed."""
EXTRACTORS = ("declaratives@1",)
_ASKED = ("user", "assistant")


@dataclass(slots=True)
class Facts:
    """Reads what has been said since the last turn, but not the question, and changes the archive by `ledger`.

    What the user and the assistant say counts, results of tools do not. The messages stay where they are.
    """

    extractor: str = choice(EXTRACTORS[0], *EXTRACTORS)
    ledger: str = choice("replace@1", *LEDGERS)
    _known: Ledger | None = field(default=None, init=False)
    _newest: int = field(default=-1, init=False)

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """One outcome that changes facts and moves nothing, or none."""
        unread = [message for message in view.messages[1:-1] if message.item > self._newest]
        if not unread:
            return []
        self._newest = max(message.item for message in unread)
        changes = self._learn(unread)
        if not changes:
            return []
        reason = "facts changed by what was said: {value:.0f}"
        return [CompactionOutcome("facts", len(changes), 0, reason, facts=tuple(changes))]

    def _learn(self, messages: list[WindowMessage]) -> list[FactChange]:
        from memview.policies.standins import conflicts
        from memview.policies.standins.facts import extract_facts
        from memview.policies.standins.texts import SourceText

        ledger: Ledger = getattr(conflicts, LEDGERS[self.ledger])() if self._known is None else self._known
        self._known = ledger
        texts = [SourceText(each.item, each.role, each.text) for each in messages if each.role in _ASKED]
        return [change for fact in extract_facts(texts) for change in ledger.learn(fact)]
