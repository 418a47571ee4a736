"""Which bar a record of a session is judged by."""

from __future__ import annotations

from collections.abc import Mapping

from memview.guard.screening import Source
from memview.model.memory import UNTRUSTED_CLASSES, Memory
from memview.model.session import Turn

_ORDERS_BY_NATURE = frozenset(("rule", "task", "preference", "message"))
_BLOCKS_OF_ORDERS = frozenset(("persona", "rules", "tasks", "preferences", "instructions"))
_TOOL_ROLES = frozenset(("tool", "function"))


def memory_source(memory: Memory, trust: str | None = None) -> Source:
    """Which bar `memory` is judged by; `trust` is the least of its lineage, when that is known.

    `document` for what came from outside, whatever kind it claims to be. From user, agent or the agent's own tools:
    `message` for what is an order by its nature (a rule, a task, a preference, the persona, a core block that the
    author wrote), as in their messages; else `note`.
    """
    trust = trust or memory.trust
    if trust in UNTRUSTED_CLASSES:
        return "document"
    if memory.kind in _ORDERS_BY_NATURE or (memory.section or "").casefold() in _BLOCKS_OF_ORDERS:
        return "message"
    return "message" if memory.tier == "core" and trust == "user" else "note"


def made_source(memory: Memory, trust: str) -> Source:
    """Which bar is for `memory`, which a policy has put together out of messages that a prompt has shown already.

    A summary is as good as they are: an untrusted one is data. A fact is kept, and found again long after them.
    """
    return "document" if trust in UNTRUSTED_CLASSES and memory.kind != "summary" else "message"


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
