"""The guard: what may not enter the prompt, and what may enter it only as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from memview.kernel.event_log import EventLog
from memview.kernel.items import ItemTable, has_passed, is_expired, is_to_come

REFUSED_BY_A_PERSON = "refused by a person"
NOT_YET, PRIVATE = "not yet valid at this turn", "private to another agent"


@dataclass(slots=True)
class Guard:
    """Trust decisions over the items of one replay.

    Approvals, refusals and invalidations arrive as events of that replay. `ended` are recorded times at which something
    ceased to be true, as the replay has found; `overruled` those whose write lost to another agent's, with the reason.
    `is_guest`: who acts is not the one that owns the records without an owner.
    """

    items: ItemTable
    approved: set[int]
    invalid: set[int]
    refused: set[int] = field(default_factory=set)
    ended: dict[int, str] = field(default_factory=dict)
    overruled: dict[int, str] = field(default_factory=dict)
    is_guest: bool = False

    def copy(self) -> Guard:
        """An independent guard that knows the same."""
        return Guard(
            self.items, self.approved.copy(), self.invalid.copy(), self.refused.copy(), self.ended.copy(),
            self.overruled.copy(), self.is_guest,
        )  # fmt: skip

    def receive(self, agent: str | None) -> None:
        """`agent` acts from now on."""
        owner = self.items.default_owner
        self.is_guest = None not in (agent, owner) and agent != owner

    def minds(self, item: int) -> bool:
        """Whether there can be a reason to withhold `item` at all: nearly always there is none."""
        return (
            self.items.guarded[item] != 0
            or item in self.invalid
            or item in self.refused
            or item in self.ended
            or item in self.overruled
            or self.is_guest
        )

    def minded(self, items: Iterable[int]) -> list[int]:
        """Those of `items` that `minds` holds of."""
        guarded, invalid, refused, ended = self.items.guarded, self.invalid, self.refused, self.ended
        overruled = self.overruled
        if self.is_guest:
            return list(items)
        return [
            item
            for item in items
            if guarded[item] or item in invalid or item in refused or item in ended or item in overruled
        ]

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
        if item in self.overruled:
            return self.overruled[item]
        if is_to_come(record, at) or is_expired(record, at) or self._has_ended(item, at):
            return NOT_YET if is_to_come(record, at) else "no longer valid at this turn"
        if not _may_read(record.agent or self.items.default_owner, record.readers, record.tier, agent):
            return PRIVATE
        return None

    def _has_ended(self, item: int, at: str | None) -> bool:
        """Whether something has put an end to `item` that is not still to come; at an unknown time, none is."""
        end = self.ended.get(item)
        return end is not None and (at is None or has_passed(end, at))

    def quarantines(self, item: int) -> str | None:
        """Why `item` needs an approval before any prompt may hold it, or None when it needs none or has one.

        A template of the event log. What derives from a quarantined record waits for its own approval or that of each.
        """
        record = self.items.records[item]
        if record is None or item in self.approved or item in self.refused:
            return None
        if record.quarantined:
            return "quarantined: needs an approval"
        if record.is_sensitive:
            return "sensitive: needs an approval"
        flag = self.items.flags.get(item)
        if flag is not None:
            return flag.reason
        for source in self.items.held_sources.get(item, ()):
            if source not in self.approved or source in self.refused:
                name = EventLog.escape(self.items.ids[source])
                return f"derived from {name}, which is quarantined: needs an approval"
        return None


def _may_read(owner: str | None, readers: tuple[str, ...], tier: str, agent: str | None) -> bool:
    if agent is None or owner is None or owner == agent:
        return True
    return agent in readers or (tier == "shared" and not readers)
