"""The guard: what may not enter the prompt, and what may enter it only as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from memview.kernel.items import ItemTable, is_expired

REFUSED_BY_A_PERSON = "refused by a person"


@dataclass(slots=True)
class Guard:
    """Trust decisions over the items of one replay.

    Approvals, refusals and invalidations arrive as events of that replay.
    """

    items: ItemTable
    approved: set[int]
    invalid: set[int]
    refused: set[int] = field(default_factory=set)

    def minds(self, item: int) -> bool:
        """Whether there can be a reason to withhold `item` at all: nearly always there is none."""
        return self.items.guarded[item] == 1 or item in self.invalid or item in self.refused

    def minded(self, items: Iterable[int]) -> list[int]:
        """Those of `items` that `minds` holds of."""
        guarded, invalid, refused = self.items.guarded, self.invalid, self.refused
        return [item for item in items if guarded[item] or item in invalid or item in refused]

    def withholds(self, item: int, agent: str | None, at: str | None) -> str | None:
        """Why `item` must stay out of the prompt of a turn by `agent` at recorded time `at`, or None."""
        record = self.items.records[item]
        if record is None or not self.minds(item):
            return None
        if item in self.refused:
            return REFUSED_BY_A_PERSON
        blocked = self.quarantines(item)
        if blocked is not None:
            return blocked
        if item in self.invalid:
            return "superseded by a newer memory"
        if is_expired(record, at):
            return "no longer valid at this turn"
        if not _may_read(record.agent, record.readers, record.tier, agent):
            return "private to another agent"
        return None

    def quarantines(self, item: int) -> str | None:
        """Why `item` needs an approval before any prompt may hold it, or None when it needs none or has one."""
        record = self.items.records[item]
        if record is None or item in self.approved or item in self.refused:
            return None
        if record.quarantined:
            return "quarantined: needs an approval"
        if record.is_sensitive:
            return "sensitive: needs an approval"
        return None


def _may_read(owner: str | None, readers: tuple[str, ...], tier: str, agent: str | None) -> bool:
    if agent is None or owner is None or owner == agent:
        return True
    return agent in readers or (tier == "shared" and not readers)
