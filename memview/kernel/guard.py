"""The guard: what may not enter the prompt, and what may enter it only as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from memview.kernel.items import ItemTable, has_passed, is_expired

REFUSED_BY_A_PERSON = "refused by a person"


@dataclass(slots=True)
class Guard:
    """Trust decisions over the items of one replay.

    Approvals, refusals and invalidations arrive as events of that replay. `ended` are recorded times at which something
    ceased to be true, as the replay has found.
    """

    items: ItemTable
    approved: set[int]
    invalid: set[int]
    refused: set[int] = field(default_factory=set)
    ended: dict[int, str] = field(default_factory=dict)

    def minds(self, item: int) -> bool:
        """Whether there can be a reason to withhold `item` at all: nearly always there is none."""
        return self.items.guarded[item] == 1 or item in self.invalid or item in self.refused or item in self.ended

    def minded(self, items: Iterable[int]) -> list[int]:
        """Those of `items` that `minds` holds of."""
        guarded, invalid, refused, ended = self.items.guarded, self.invalid, self.refused, self.ended
        return [item for item in items if guarded[item] or item in invalid or item in refused or item in ended]

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
        if is_expired(record, at) or self._has_ended(item, at):
            return "no longer valid at this turn"
        if not _may_read(record.agent, record.readers, record.tier, agent):
            return "private to another agent"
        return None

    def _has_ended(self, item: int, at: str | None) -> bool:
        """Whether something has put an end to `item` that is not still to come; at an unknown time, none is."""
        end = self.ended.get(item)
        return end is not None and (at is None or has_passed(end, at))

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
