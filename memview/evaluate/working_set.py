"""The working set over time: how many tokens of memories the last turns asked for.

P. J. Denning, "The working set model for program behavior" (1968), with turns for time and tokens for pages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from memview.kernel.event_log import ACTION_CODE, EventLog
from memview.kernel.items import ItemTable

WORKING_TURNS = 8
"""Turns that a working set looks back: those within which a fault thrashes."""

_ASKED = (ACTION_CODE["hit"], ACTION_CODE["fault"])


def asked_by_turn(log: EventLog, turns: int) -> list[list[int]]:
    """The items that each turn, from 1 on, asked for: hits and faults, in their order."""
    asked: list[list[int]] = [[] for _ in range(turns)]
    for turn, action, item in zip(log.turns, log.actions, log.items, strict=False):
        if turn and action in _ASKED:
            asked[turn - 1].append(item)
    return asked


def working_set(log: EventLog, items: ItemTable, turns: int, window: int = WORKING_TURNS) -> list[int]:
    """Tokens of the distinct memories that the last `window` turns asked for, at the end of each turn from 1 on."""
    return working_set_of(asked_by_turn(log, turns), items.tokens, window)


def working_set_of(asked: Sequence[Sequence[int]], tokens: Sequence[int], window: int) -> list[int]:
    """As `working_set`, of what each turn asked for. Linear in the number of requests."""
    uses: dict[int, int] = {}
    recent: deque[set[int]] = deque()
    size = 0
    sizes = []
    for items in asked:
        recent.append(set(items))
        for item in recent[-1]:
            if item not in uses:
                size += tokens[item]
            uses[item] = uses.get(item, 0) + 1
        if len(recent) > window:
            for item in recent.popleft():
                uses[item] -= 1
                if not uses[item]:
                    del uses[item]
                    size -= tokens[item]
        sizes.append(size)
    return sizes
