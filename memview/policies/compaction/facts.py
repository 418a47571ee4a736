"""Memories of facts beside the window: each pair of messages is read once, for what it says (Mem0, Graphiti)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from memview.kernel.window import CompactionOutcome, FactChange, WindowView
from memview.policies.compaction.settings import choice
from memview.policies.standins.conflicts import AddOnlyLedger, InvalidatingLedger, Ledger, ReplacingLedger
from memview.policies.standins.facts import extract_facts
from memview.policies.standins.texts import SourceText

LEDGERS: Mapping[str, type[Ledger]] = MappingProxyType(
    {"replace@1": ReplacingLedger, "invalidate@1": InvalidatingLedger, "add-only@1": AddOnlyLedger}
)
EXTRACTORS = ("declaratives@1",)
_ASKED = ("user", "assistant")


@dataclass(slots=True)
class Facts:
    """Reads what has been said since the last turn, but not the question, and changes the archive by `ledger`.

    What the user and the assistant say counts, results of tools do not. The messages stay where they are.
    """

    extractor: str = choice(EXTRACTORS[0], *EXTRACTORS)
    ledger: str = choice("replace@1", *LEDGERS)
    _known: Ledger = field(init=False)
    _newest: int = field(default=-1, init=False)

    def __post_init__(self) -> None:
        self._known = LEDGERS[self.ledger]()

    def compact(self, view: WindowView) -> list[CompactionOutcome]:
        """One outcome that changes facts and moves nothing, or none."""
        unread = [message for message in view.messages[1:-1] if message.item > self._newest]
        if not unread:
            return []
        self._newest = max(message.item for message in unread)
        changes: list[FactChange] = []
        for message in unread:
            if message.role in _ASKED:
                for fact in extract_facts([SourceText(message.item, message.role, message.text)]):
                    changes.extend(self._known.learn(fact))
        if not changes:
            return []
        reason = "facts changed by what was said: {value:.0f}"
        return [CompactionOutcome("facts", len(changes), 0, reason, facts=tuple(changes))]
