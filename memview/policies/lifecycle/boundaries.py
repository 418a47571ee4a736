"""Boundaries that no step crosses: whose a memory is, how far it is trusted, and what nobody may touch unasked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from memview.model.memory import TRUST_CLASSES, UNTRUSTED_CLASSES, Memory

_RANK = {name: rank for rank, name in enumerate(TRUST_CLASSES)}

Owners = tuple[str | None, tuple[str, ...], bool]


def owners_of(memory: Memory) -> Owners:
    """Who owns `memory` and who may read it: only memories of the same ones have to do with each other."""
    return memory.agent, tuple(sorted(set(memory.readers))), memory.tier == "shared"


def is_withheld(memory: Memory) -> bool:
    """Whether `memory` waits for a person: quarantined or sensitive. It takes part in nothing."""
    return memory.quarantined or memory.is_sensitive


def is_trusted(trust: str) -> bool:
    """Whether text of the class `trust` may be more than data."""
    return trust not in UNTRUSTED_CLASSES


def lowest(classes: Iterable[str]) -> str:
    """The least trusted of `classes`. Raises ValueError when there are none."""
    return min(classes, key=_RANK.__getitem__)


def lineage_trust(memories: Iterable[Memory]) -> Mapping[str, str]:
    """Trust by id: the lowest of the memory's own class and of all that it derives from, cycles and all."""
    known = {memory.memory_id: memory for memory in memories}
    derived: dict[str, list[str]] = {}
    for memory in known.values():
        for source in memory.derived_from:
            derived.setdefault(source, []).append(memory.memory_id)
    found: dict[str, str] = {}
    for trust in TRUST_CLASSES:
        tainted = [name for name, memory in known.items() if memory.trust == trust]
        while tainted:
            name = tainted.pop()
            if name not in found:
                found[name] = trust
                tainted.extend(child for child in derived.get(name, ()) if child in known)
    return found


def with_lineage(memories: Iterable[Memory]) -> list[Memory]:
    """`memories`, each trusted as far as its lineage is: what it derives from may then be out of sight."""
    rows = list(memories)
    trust = lineage_trust(rows)
    return [row if row.trust == trust[row.memory_id] else replace(row, trust=trust[row.memory_id]) for row in rows]


def all_sources(names: Iterable[str], memories: Mapping[str, Memory]) -> set[str]:
    """The ids that `names` rest on, through any number of derivations; themselves only if something rests on them."""
    found: set[str] = set()
    waiting = [source for name in names if name in memories for source in memories[name].derived_from]
    while waiting:
        source = waiting.pop()
        if source not in found:
            found.add(source)
            waiting.extend(memories[source].derived_from if source in memories else ())
    return found
