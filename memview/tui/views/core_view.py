"""The core pane: the memories that stay in the prompt, their sizes, and which of them would leave next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.governance_marks import trust_mark
from memview.tui.lines import Line, cells, grouped_number, left, meter, right
from memview.tui.scene import Scene
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, empty_state, excerpt, start_of_text, text_lines_of

if TYPE_CHECKING:
    from memview.replay.views import CoreSlot
    from memview.tui.glyphs import Mark

_MARK = 7
_TRUST = 2
_TOKENS = 5
_SHORTEST_BAR, _LONGEST_BAR = 3, 12
_LEAST_LABEL, _LABEL = 7, 20


def core_rows(scene: Scene, width: int, height: int) -> PaneRows:
    """One line a slot, and under it as much of its text as the height has room for, the news of the turn first."""
    slots = slots_at(scene)
    budget = scene.replay.budgets.core
    used = scene.frame.tokens.core
    info = (
        f"{len(slots)} {'slot' if len(slots) == 1 else 'slots'} · {grouped_number(used)}/{grouped_number(budget)} tok"
    )
    if not slots:
        return empty_state("Core", info, "Nothing is resident.", "A promote event puts a memory here.", width)
    rows = RowsBuilder()
    rows.add(_budget_line(used, budget, width))
    gone = [event for event in scene.happened if event.action == "evict" and event.origin == "core"]
    first = [index for index, slot in enumerate(slots) if slot.is_new or slot.is_next_victim]
    text_lines = text_lines_of(len(slots), 1 + (len(gone) + 1 if gone else 0), height, first)
    id_width = max(8, min(14, max(cells(printable(slot.memory_id)) for slot in slots), width // 3))
    largest = max(slot.tokens for slot in slots)
    for slot, count in zip(slots, text_lines, strict=True):
        text = scene.text_of(slot.memory_id)
        # Where there is no line for the text under the slot, a wide pane has room for it beside.
        beside = _life(slot) if count else excerpt(text, width)
        owner = scene.owner_of(slot.memory_id)
        rows.add(_slot_line(slot, owner, beside, id_width, largest, width), slot.memory_id)
        validity = scene.validity_of(slot.memory_id)
        for line in _text_lines(text, validity, width, count):
            rows.add(line, slot.memory_id)
        if not count:
            rows.caption(slot.memory_id, _caption(slot, validity, excerpt(text, width)))
    if gone:
        rows.add((("left this turn", "faint"),))
        for event in gone:
            line = (
                (" ▼ out  ", "action-evict"),
                (left(printable(event.memory_id or ""), id_width), "muted"),
                (f" → {event.destination or 'nowhere'}", "muted"),
            )
            rows.add(_with_tokens(line, event.tokens, width, "muted"), event.memory_id)
    return rows.build("Core", info)


def slots_at(scene: Scene) -> list[CoreSlot]:
    """The slots in prompt order at the scene's position; inside a turn, those that its events have left so far."""
    replay, turn = scene.replay, scene.position.turn
    slots = {slot.memory_id: slot for slot in replay.core_slots(turn)}
    if scene.is_end_of_turn:
        return list(slots.values())
    earlier = {slot.memory_id: slot for slot in replay.core_slots(max(0, turn - 1))}
    resident = [slots.get(memory_id) or earlier.get(memory_id) for memory_id in scene.frame.core]
    return [slot for slot in resident if slot is not None]


def _budget_line(used: int, budget: int, width: int) -> Line:
    share = f"{100 * used // budget if budget else 0} %"
    filled, track = meter(used, budget, width - _TOKENS - 2)
    return (filled, "tier-core"), (track, "track"), (right(share, _TOKENS + 2), "muted")


def _mark(slot: CoreSlot) -> tuple[str, str]:
    pin = "■" if slot.pinned else " "
    if slot.is_new:
        return f"{pin}▲ new ", "action-promote"
    if slot.is_next_victim:
        return f"{pin}▽ next", "action-evict"
    return ("■ pin  ", "muted") if slot.pinned else (" " * _MARK, "muted")


def _slot_line(slot: CoreSlot, owner: str, beside: str, id_width: int, largest: int, width: int) -> Line:
    mark, mark_style = _mark(slot)
    room = width - _MARK - 1 - id_width - _TRUST - 2 - _TOKENS
    label_width = min(_LABEL, room - _SHORTEST_BAR) if room >= _LEAST_LABEL + _SHORTEST_BAR else max(0, room)
    bar_width = min(_LONGEST_BAR, room - label_width)
    rest = room - label_width - bar_width
    filled, track = meter(slot.tokens, largest, bar_width)
    tokens = right(grouped_number(slot.tokens), _TOKENS)
    trust = trust_mark(slot.trust)
    return (
        (mark + " ", mark_style),
        (left(printable(slot.memory_id), id_width), "bold text"),
        (f" {trust.glyph}", trust.style),
        (" " + left(_label(slot, owner, label_width), label_width) + " ", "text"),
        (filled, "tier-core"),
        (" " * len(track) + tokens, "text"),
        ("  " + left(beside, rest - 2) if rest > 2 else " " * rest, "muted"),
    )


def _label(slot: CoreSlot, owner: str, width: int) -> str:
    """Section and kind where both fit, else the section, which says more; with several agents, whose it is."""
    section = printable(slot.section) if slot.section else ""
    if owner:
        owned = f"{section or slot.kind} · {owner}"
        return owned if cells(owned) <= width else owner
    both = f"{section} · {slot.kind}" if section and section != slot.kind else slot.kind
    return both if cells(both) <= width else section or slot.kind


def _text_lines(text: str, validity: Mark | None, width: int, count: int) -> list[Line]:
    """The start of a slot's text in `count` lines, behind what is said of its validity."""
    room = width - _MARK - 1
    margin = (" " * (_MARK + 1), "text")
    if validity is None or not count:
        return [(margin, (left(piece, room), "muted")) for piece in start_of_text(text, room, count)]
    head = f"{validity.glyph} {validity.word} · "
    if cells(head) > room // 2:
        told = left(f"{validity.glyph} {validity.word}", room)
        rest = [(margin, (left(piece, room), "muted")) for piece in start_of_text(text, room, count - 1)]
        return [(margin, (told, validity.style)), *rest]
    pieces = start_of_text(head + text, room, count)
    first = (margin, (head, validity.style), (left(pieces[0][len(head) :], room - cells(head)), "muted"))
    return [first, *((margin, (left(piece, room), "muted")) for piece in pieces[1:])]


def _caption(slot: CoreSlot, validity: Mark | None, text: str) -> str:
    """Trust and validity in words, then the text."""
    trust = trust_mark(slot.trust)
    held = f"{validity.glyph} {validity.word}" if validity is not None else ""
    return " · ".join(part for part in (f"{trust.glyph} {trust.word}", held, text) if part)


def _life(slot: CoreSlot) -> str:
    since = f"since turn {grouped_number(slot.entered_turn)}" if slot.entered_turn else "since loading"
    uses = f"{grouped_number(slot.uses)} {'use' if slot.uses == 1 else 'uses'}"
    told = f"{since} · {uses}, the last at turn {grouped_number(slot.last_used_turn)}"
    return f"{trust_mark(slot.trust).word} · {told}"


def _with_tokens(line: Line, tokens: int, width: int, style: str) -> Line:
    used = sum(cells(text) for text, _ in line)
    return (*line, (right(grouped_number(tokens), max(0, width - used)), style))
