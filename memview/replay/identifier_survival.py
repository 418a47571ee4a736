"""Identifier survival: of the paths, numbers, names and addresses that left the window, how many the prompt holds.

The closed-book question after a compaction: what can the agent still write down to the letter without looking it up?
"""

from __future__ import annotations

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, PLACE_CODE, EventLog
from memview.kernel.items import ItemTable

_COMPACT, _WINDOW = ACTION_CODE["compact"], PLACE_CODE["window"]


def identifier_survival(log: EventLog, items: ItemTable, context: Context) -> float | None:
    """Share, 0..1, of the identifiers of messages that have left the window that the prompt of `context` holds.

    None when nothing with an identifier in it has left the window.
    """
    from memview.policies.standins.identifiers import identifiers  # its patterns would cost the first frame time

    visible = context.visible()
    gone = {
        item: None
        for action, item, origin in zip(log.actions, log.items, log.origins, strict=False)
        if action == _COMPACT and origin == _WINDOW and item not in context.window
    }
    sought = {found for item in gone for found in identifiers(items.texts[item])}
    if not sought:
        return None
    held = {found for item in visible for found in identifiers(items.texts[item])}
    return len(sought & held) / len(sought)
