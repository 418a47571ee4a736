"""The conversation searched: messages of user and agent by substring, case ignored, and by date; oldest first."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from memview.kernel.items import ItemTable
from memview.kernel.memory_tools.calls import RecallSearch, Refusal, clipped
from memview.model.session import Turn

_ROLES = ("user", "assistant")


def find_messages(
    search: RecallSearch, items: ItemTable, upto: int, turns: Sequence[Turn], lost: Container[int]
) -> list[int]:
    """The messages among the items before number `upto` that `search` asks for, without those that are `lost`.

    Dates without a time mean whole days; a message without a time is found by no date. Raises Refusal for a date that
    is none.
    """
    wanted = search.query.casefold()
    texts, roles, asked = items.texts, items.roles, search.roles or _ROLES
    found: Iterable[int] = (
        item
        for item in range(upto)
        if roles[item] in asked and item not in lost and (not wanted or wanted in texts[item].casefold())
    )
    if search.start is not None or search.end is not None:
        found = said_between(found, items, turns, search.start, search.end)
    return list(found)


def said_at(item: int, items: ItemTable, turns: Sequence[Turn]) -> str | None:
    """When the item came up, as recorded: a record's own time, else that of its turn."""
    record, turn = items.records[item], items.arrivals[item]
    if record is not None and record.created_at is not None:
        return record.created_at
    return turns[turn - 1].at if turn else None


def date_of(text: str) -> datetime:
    """The moment that an argument means; without a zone it is UTC. Raises Refusal when it is not ISO 8601."""
    try:
        return _moment(text)
    except ValueError:
        raise Refusal(f"Dates must be in ISO 8601 format ('YYYY-MM-DD'), not '{clipped(text)}'") from None


def said_between(
    found: Iterable[int], items: ItemTable, turns: Sequence[Turn], start: str | None, end: str | None
) -> Iterator[int]:
    """Those of the items found that were said, or written, from `start` to `end`: dates that `date_of` has checked."""
    earliest = None if start is None else date_of(start)
    latest = None if end is None else date_of(end)
    whole_day = end is not None and len(end) <= len("YYYY-MM-DD")
    moments: dict[str, datetime] = {}
    for item in found:
        at = said_at(item, items, turns)
        if at is None:
            continue
        moment = moments.get(at) or moments.setdefault(at, _moment(at))
        if earliest is not None and moment < earliest:
            continue
        if latest is not None and (moment - latest >= timedelta(days=1) if whole_day else moment > latest):
            continue
        yield item


def _moment(timestamp: str) -> datetime:
    moment = datetime.fromisoformat(timestamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
