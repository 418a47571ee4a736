"""Presenter mode: one turn as few things, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.lines import BLANK, Line, cells, clip, fitted, grouped_number, line_width, spread
from memview.tui.scene import Scene
from memview.tui.views.custody_view import custody_line
from memview.tui.views.gauge_view import bar_line
from memview.tui.views.large_type_view import Type, can_be_large, large, large_width
from memview.tui.views.lesson_view import Told
from memview.tui.views.presenter_caption_view import caption_sizes, said_sizes
from memview.tui.views.presenter_core_view import core_sizes
from memview.tui.views.presenter_events_view import event_sizes

if TYPE_CHECKING:
    from memview.tui.widgets.line_widget import Row


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page in several sizes, the smallest first; all are made for one width."""

    name: str
    sizes: tuple[tuple[Line, ...], ...]


def presenter_rows(scene: Scene, told: Told | None, pane: str, width: int, height: int) -> list[Row]:
    """The page in `height` rows of `width` cells. What stands in `pane` grows before the rest."""
    hides_next = told is not None and told.is_open
    caption = _Section("caption", said_sizes(scene, width) if told is None else caption_sizes(told, width))
    sections = [
        _Section("head", _head(scene, told, width)),
        _Section("gauge", _gauge(scene, told, width)),
        _Section("core", core_sizes(scene, width, hides_next)),
        _Section("events", event_sizes(scene, width)),
        caption,
    ]
    sections = [section for section in sections if section.sizes]
    chosen = dict.fromkeys((section.name for section in sections), 0)
    for name in _growth(pane):
        section = next((each for each in sections if each.name == name), None)
        if section is not None and chosen[name] + 1 < len(section.sizes):
            grown = {**chosen, name: chosen[name] + 1}
            if _height(sections, grown) <= height:
                chosen = grown
    lines = _laid_out(sections, chosen, height)
    return [(fitted(line, width), "ground") for line in lines[:height]]


def _growth(pane: str) -> tuple[str, ...]:
    """In what order sections get their next size."""
    first, second = ("core", "events") if pane == "core" else ("events", "core")
    return (
        "events",
        "head",
        first,
        "gauge",
        "gauge",
        second,
        "caption",
        "head",
        first,
        second,
        "caption",
        first,
        second,
    )


def _height(sections: Sequence[_Section], chosen: dict[str, int]) -> int:
    return sum(len(section.sizes[chosen[section.name]]) for section in sections) + len(sections) - 1


def _laid_out(sections: Sequence[_Section], chosen: dict[str, int], height: int) -> list[Line]:
    """All sections with a blank line between two; where that is too much, core and events give way, then the gauge."""
    parts = {section.name: list(section.sizes[chosen[section.name]]) for section in sections}
    for name in ("events", "core", "gauge"):
        over = sum(map(len, parts.values())) + len(parts) - 1 - height
        if over <= 0 or name not in parts:
            continue
        kept = len(parts[name]) - over
        if kept > 0:
            parts[name] = parts[name][:kept]
        else:
            del parts[name]
    lines: list[Line] = []
    spare = height - sum(map(len, parts.values())) - (len(parts) - 1)
    for name, part in parts.items():
        if lines:
            lines.append(BLANK)
        if name == "caption":
            # What is said stands at the bottom, where subtitles are.
            lines += [BLANK] * max(0, spare)
        lines += part
    return lines


def _head(scene: Scene, told: Told | None, width: int) -> tuple[tuple[Line, ...], ...]:
    """The turn at the left, the policy and the session at the right; in small type everything that there is to know."""
    replay = scene.replay
    turn = f"turn {scene.position.turn}/{replay.turn_count}"
    policy = printable(replay.spec.name)
    facts = " · ".join(part for part in (policy, f"core {_core_words(scene)} tok", _place(scene, told)) if part)
    plain: Line = ((turn, "bold text"), (f"   {clip(facts, width - cells(turn) - 3)}", "bold muted"))
    sizes: list[tuple[Line, ...]] = [(plain,)]
    title = printable(replay.session.title or replay.session.session_id)
    for size in Type:
        taken = large_width(turn, size)
        if taken > width:
            continue
        end = _beside(policy, title, width - taken - 4, size.value)
        rows = []
        for row, line in enumerate(large(turn, size, "text")):
            rows.append((*line, (" " * (width - taken - line_width(end[row])), "text"), *end[row]))
        sizes.append(tuple(rows))
    return tuple(sizes)


def _core_words(scene: Scene) -> str:
    return f"{grouped_number(scene.frame.tokens.core)}/{grouped_number(scene.replay.budgets.core)}"


def _place(scene: Scene, told: Told | None) -> str:
    """`event 8 of 17 · stop 4 of 6`, as far as one is inside a turn and in a lesson."""
    event = "" if scene.is_end_of_turn else f"event {scene.event_number} of {len(scene.span)}"
    return " · ".join(part for part in (event, told.place if told is not None else "") if part)


def _beside(policy: str, title: str, room: int, height: int) -> list[Line]:
    """The policy's name in large type if it fits, with the session's title under it where there is a row for it."""
    lines: list[Line] = []
    if can_be_large(policy) and large_width(policy, Type.TALL) <= room:
        lines += large(policy, Type.TALL, "tier-core")
    elif room > 3:
        lines.append(((clip(policy, room), "bold tier-core"),))
    if room > 3:
        lines += [BLANK, ((clip(title, room), "bold muted"),)]
    return (lines + [BLANK] * height)[:height]


def _gauge(scene: Scene, told: Told | None, width: int) -> tuple[tuple[Line, ...], ...]:
    """The prompt as one bar, three rows thick where there is room, its names in the middle row; custody under it."""
    bar = bar_line(scene, width)
    tokens = scene.frame.tokens
    words: Line = (
        ("prompt ", "muted"),
        (grouped_number(tokens.total), "bold text"),
        (f" of {grouped_number(tokens.limit)} tokens   core ", "muted"),
        (_core_words(scene), "bold text"),
    )
    edge = tuple((_unnamed(text), style) for text, style in bar)
    headed = spread(words, ((_place(scene, told), "muted"),), width)
    return (bar,), (headed, edge, bar, edge), (headed, edge, bar, edge, custody_line(scene, width))


def _unnamed(text: str) -> str:
    """A block of the bar without its name: dots and hatching stay."""
    fill = next((mark for mark in "·╱" if mark in text), " ")
    return fill * cells(text)


def blank_rows(width: int, height: int) -> list[Row]:
    """The screen while it is blanked: nothing but a faint word, so that nobody thinks it is broken."""
    words: Line = ((clip("any key brings it back", width), "faint"),)
    return [*(((), "ground") for _ in range(height - 1)), (words, "ground")]
