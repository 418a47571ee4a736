"""Turning the events and the context of one turn into the rows that a person looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, PLACE_CODE
from memview.kernel.items import ItemTable
from memview.kernel.workload import Workload
from memview.model.frame import SectionTokens
from memview.model.memory import TRUST_CLASSES
from memview.replay.views import CoreSlot, Hit, Prompt, PromptEntry, PromptSection

if TYPE_CHECKING:
    from memview.replay.replay import Replay

_HIT, _FAULT, _PROMOTE = ACTION_CODE["hit"], ACTION_CODE["fault"], ACTION_CODE["promote"]
_DROP, _REJECT, _QUARANTINE = ACTION_CODE["drop"], ACTION_CODE["reject"], ACTION_CODE["quarantine"]
_RETRIEVED = PLACE_CODE["retrieved"]
_NEWER_OUTCOME = {_PROMOTE: "promoted", _DROP: "dropped"}
_PENDING = ("pending", "")


def hits_of_turn(replay: Replay, turn: int, until: int | None = None) -> list[Hit]:
    """The candidates of `turn` that led to a decision, in rank order; what retrieval missed comes last.

    With `until` (a `seq` of the turn) only what its events have decided up to and with that one is told.
    """
    if turn == 0:
        return []
    items = replay.workload.items
    scores = dict(replay.workload.demand(replay.spec).of_turn(turn))
    span = replay.event_span(turn)
    decided = _outcomes(replay, span, scores)
    told = decided if until is None else _outcomes(replay, range(span.start, min(until + 1, span.stop)), scores)
    ranked = [item for item in scores if item in decided]
    missed = [item for item in told if item not in scores]
    return [
        Hit(
            rank,
            items.ids[item],
            scores.get(item),
            items.tokens[item],
            *told.get(item, _PENDING),
            TRUST_CLASSES[items.trusts[item]],
        )
        for rank, item in enumerate(ranked + missed, start=1)
    ]


def _outcomes(replay: Replay, span: range, scores: Mapping[int, float]) -> dict[int, tuple[str, str]]:
    """What the events of `span` made of each item, and why."""
    log, items = replay.events, replay.workload.items
    outcomes: dict[int, tuple[str, str]] = {}
    for seq in span:
        item, action = log.items[seq], log.actions[seq]
        if item < 0:
            continue
        if action == _HIT:
            outcomes[item] = ("resident", log.reason(seq))
        elif action == _FAULT:
            outcomes[item] = (_fault_outcome(items, item, log.destinations[seq], item in scores), log.reason(seq))
        elif action in _NEWER_OUTCOME and item in outcomes:
            outcomes[item] = (_NEWER_OUTCOME[action], log.reason(seq))
        elif action == _REJECT and item in outcomes:
            outcomes[item] = (outcomes[item][0], log.reason(seq))
        elif action in (_REJECT, _QUARANTINE) and item in scores and log.origins[seq] < 0:
            outcomes[item] = ("quarantined" if action == _QUARANTINE else "rejected", log.reason(seq))
    return outcomes


def _fault_outcome(items: ItemTable, item: int, destination: int, was_found: bool) -> str:
    if destination != _RETRIEVED:
        return "dropped" if was_found else "missed"
    return "untrusted" if items.is_untrusted(item) else "fetched"


def core_slots(items: ItemTable, context: Context, turn: int, next_victim: int) -> list[CoreSlot]:
    """The residents of `context`, in prompt order."""
    slots = []
    for item, residency in context.core.items():
        memory = items.memory(item)
        slots.append(
            CoreSlot(
                memory_id=items.ids[item],
                section=memory.section,
                kind=memory.kind,
                tokens=items.tokens[item],
                pinned=context.pins.get(item, memory.pinned),
                entered_turn=residency.entered,
                last_used_turn=residency.last_used,
                uses=residency.uses,
                is_new=residency.entered == turn and turn > 0,
                is_next_victim=item == next_victim,
                trust=TRUST_CLASSES[items.trusts[item]],
            )
        )
    return slots


def prompt_of_turn(workload: Workload, context: Context, turn: int, tokens: SectionTokens) -> Prompt:
    """The prompt that `context` stands for: anchors in order, the turn's own message last as the query."""
    message = workload.turn_items[turn - 1].message if turn else -1
    query = []
    if message >= 0:
        entry = _entries(workload.items, [message])[0]
        query = [_cut_to(entry, tokens.query, workload)]
    return _prompt(workload, context, message, query, tokens)


def prompt_of_question(workload: Workload, context: Context, question: str, tokens: SectionTokens) -> Prompt:
    """As `prompt_of_turn`, for a question that is no item of the session."""
    entry = PromptEntry("query", "user", question, workload.counter.count(question), untrusted=False)
    return _prompt(workload, context, -1, [_cut_to(entry, tokens.query, workload)], tokens)


def _prompt(
    workload: Workload, context: Context, message: int, query: list[PromptEntry], tokens: SectionTokens
) -> Prompt:
    items, session = workload.items, workload.session
    system = PromptEntry("system", "system", session.system, tokens.system, untrusted=False)
    parts = (
        ("system", tokens.system, [system] if session.system else []),
        ("core", tokens.core, _entries(items, context.core)),
        ("summary", tokens.summary, _entries(items, context.summary)),
        ("retrieved", tokens.retrieved, _entries(items, context.retrieved)),
        ("window", tokens.window, _entries(items, (item for item in context.in_window(items) if item != message))),
        ("query", tokens.query, query),
    )
    return Prompt(tuple(PromptSection(name, size, tuple(entries)) for name, size, entries in parts))


def _entries(items: ItemTable, numbers: Iterable[int]) -> list[PromptEntry]:
    entries = []
    for item in numbers:
        role, item_id = items.roles[item], items.ids[item]
        if role is None:
            section = items.record(item).section
            label = f"{item_id} {section}" if section else item_id
        else:
            label = role
        entries.append(PromptEntry(item_id, label, items.texts[item], items.tokens[item], items.is_untrusted(item)))
    return entries


def _cut_to(entry: PromptEntry, room: int, workload: Workload) -> PromptEntry:
    if entry.tokens <= room:
        return entry
    return PromptEntry(entry.item_id, entry.label, _cut(entry.text, room, workload), room, entry.untrusted)


def _cut(text: str, room: int, workload: Workload) -> str:
    """The longest beginning of `text` that counts at most `room` tokens, found by bisection."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if workload.counter.count(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low]
