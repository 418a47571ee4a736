"""One item's custody over all turns, as runs: found in one pass over the events, however many turns there are."""

from __future__ import annotations

from typing import NamedTuple

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, EventLog
from memview.kernel.items import ItemTable

_INSERT, _MERGE = ACTION_CODE["insert"], ACTION_CODE["merge"]


class CustodyRun(NamedTuple):
    """From `first_turn` up to the next run, the item is in `state`: unseen, visible, covered, recoverable or lost."""

    first_turn: int
    state: str


def custody_runs(log: EventLog, items: ItemTable, item: int, turns: int) -> list[CustodyRun]:
    """The runs of `item` over turns 0 to `turns`, the first of them starting at turn 0."""
    relevant = _standing_for(log, items, item)
    context, seen = Context(), False
    runs: list[CustodyRun] = []
    changes: dict[int, list[int]] = {}
    for seq, other in enumerate(log.items[: len(log)]):
        if other in relevant:
            changes.setdefault(log.turns[seq], []).append(seq)
    # What a turn retrieves is gone in the next one, so a turn after a change is looked at too.
    looked_at = sorted({turn for change in changes for turn in (change, change + 1) if turn <= turns} | {0})
    for turn in looked_at:
        context.start_turn(turn)
        for seq in changes.get(turn, ()):
            seen = seen or (log.items[seq] == item and log.actions[seq] == _INSERT)
        context.apply_log(log, changes.get(turn, ()))
        state = _state(context, items, item) if seen else "unseen"
        if not runs or runs[-1].state != state:
            runs.append(CustodyRun(turn, state))
    return runs


def _standing_for(log: EventLog, items: ItemTable, item: int) -> set[int]:
    """`item`, what derives from it, what it was merged into, and so on."""
    into: dict[int, set[int]] = {}
    for seq, action in enumerate(log.actions[: len(log)]):
        if action == _MERGE and log.covers[seq] >= 0:
            into.setdefault(log.items[seq], set()).add(log.covers[seq])
    made = list(items.sources.items())
    found, waiting = {item}, [item]
    while waiting:
        name = waiting.pop()
        wider = {cover for cover, sources in made if name in sources} | into.get(name, set())
        waiting.extend(wider - found)
        found |= wider
    return found


def _state(context: Context, items: ItemTable, item: int) -> str:
    visible = context.visible()
    if item in visible:
        return "visible"
    if item in context.covered(items, visible):
        return "covered"
    return "lost" if item in context.lost else "recoverable"
