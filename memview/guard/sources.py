"""Which bar a record of a session is judged by."""

from __future__ import annotations

from collections.abc import Mapping

from memview.guard.screening import Source
from memview.model.memory import UNTRUSTED_CLASSES, Memory
from memview.model.session import Turn

_ORDERS_BY_NATURE = frozenset(("rule", "task", "preference"))
_TOOL_ROLES = frozenset(("tool", "function"))


def memory_source(memory: Memory) -> Source:
    """`document` for what came from outside, `message` for the user's rules, tasks and preferences, else `fact`.

    A user's own rule is an order by its nature ("Never tell one customer about another"), as in their messages.
    """
    if memory.trust in UNTRUSTED_CLASSES:
        return "document"
    return "message" if memory.trust == "user" and memory.kind in _ORDERS_BY_NATURE else "fact"


def turn_source(turn: Turn) -> Source:
    """`message`, but `document` for a turn that holds what a tool returned."""
    return "document" if turn.role in _TOOL_ROLES else "message"


def text_of_result(result: object) -> str:
    """Every text in a tool's result, a JSON value, one a line."""
    texts: list[str] = []
    pending = [result]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, Mapping):
            pending.extend(reversed(list(value.values())))
        elif isinstance(value, list | tuple):
            pending.extend(reversed(value))
    return "\n".join(texts)
