"""The accesses of a replay: every reference to a memory, in order, as a trace to ask an offline optimum of."""

from __future__ import annotations

from typing import NamedTuple

from memview.kernel.event_log import ACTION_CODE, PLACE_CODE, EventLog
from memview.kernel.items import ItemTable

_HIT, _FAULT = ACTION_CODE["hit"], ACTION_CODE["fault"]
_CORE = PLACE_CODE["core"]


class Accesses(NamedTuple):
    """Item numbers, sizes in tokens, and whether the access counts: one that only places a page is no reference."""

    items: list[int]
    sizes: list[int]
    counts: list[bool]
    hits: int


def accesses_of(log: EventLog, items: ItemTable) -> Accesses:
    """The accesses in a log. A promotion after its own fault is one access, not two."""
    import numpy as np

    length = len(log)
    turns, actions = np.array(log.turns[:length]), np.array(log.actions[:length])
    numbers, destinations = np.array(log.items[:length]), np.array(log.destinations[:length])
    counts = (actions == _HIT) | (actions == _FAULT)
    last = np.maximum.accumulate(np.where(counts, np.arange(length), -1))
    after_its_fault = (last >= 0) & (turns[last] == turns) & (numbers[last] == numbers)
    kept = counts | ((destinations == _CORE) & ~after_its_fault)
    found = numbers[kept].tolist()
    tokens = items.tokens
    return Accesses(found, [tokens[item] for item in found], counts[kept].tolist(), int((actions == _HIT).sum()))


def regret_of(log: EventLog, items: ItemTable, core_budget: int) -> float | None:
    """1 - hits / hits of the offline optimum on the same accesses with the same core; None without any to be had."""
    from memview.optimum.achieved import attainable_hits
    from memview.optimum.band import regret
    from memview.optimum.trace import AccessTrace

    found = accesses_of(log, items)
    trace = AccessTrace(found.items, found.sizes, found.counts)
    return regret(found.hits, attainable_hits(trace, core_budget))
