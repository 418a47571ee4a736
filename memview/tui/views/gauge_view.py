"""The prompt gauge: how the context window is shared out, and by whose count."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import SECTION_MARKS
from memview.tui.lines import (
    Line,
    Span,
    apportion,
    cells,
    clip,
    fitted,
    grouped_number,
    line_width,
    short_number,
    signed,
    spread,
)
from memview.tui.scene import Scene

if TYPE_CHECKING:
    from memview.replay import TokenizerInfo

FREE, RESERVE = "free", "reserve"
_FILL = {"free": "·", "reserve": "╱"}
_LEFT_EDGE, _RIGHT_EDGE = "▏", "▕"
_SHORT = {"system": "sys", "core": "core", "summary": "sum", "retrieved": "ret", "window": "win", "query": "qry"}


def gauge_lines(scene: Scene, tokenizer: TokenizerInfo, width: int, height: int) -> tuple[Line, ...]:
    """The count in words, the bar, and from three lines on the tokens of every section."""
    lines = (_count_line(scene, tokenizer, width), bar_line(scene, width))
    if height < 3:
        return lines
    return (*lines, *_legend(scene, width))


def _count_line(scene: Scene, tokenizer: TokenizerInfo, width: int) -> Line:
    tokens = scene.frame.tokens
    about = "" if tokenizer.exact else "≈"
    share = f" {100 * tokens.total // tokens.limit} %" if tokens.limit else ""
    start: Line = (
        ("Prompt ", "muted"),
        (f"{about}{grouped_number(tokens.total)}", "bold text"),
        (f" / {grouped_number(tokens.limit)} tok", "text"),
        (f" ·{share}", "muted"),
    )
    counted = f"{about}{printable(tokenizer.name)}"
    recorded = scene.turn.input_tokens if scene.turn else None
    if recorded is None:
        return spread(start, ((f"counted by {counted}" if width >= 72 else counted, "faint"),), width)
    off = f" ({100 * (tokens.total - recorded) / recorded:+.0f} %)".replace("-", "−") if recorded else ""
    words = f"recorded {grouped_number(recorded)}"
    longer = f"{words}{off} · counted by {counted}"
    shorter = f"{words} · {counted}"
    end = longer if cells(longer) + line_width(start) < width else shorter
    return spread(start, ((end, "muted"),), width)


def bar_line(scene: Scene, width: int) -> Line:
    """Every section as a block with its name or letter, an edge between two; free space dotted, the reserve hatched."""
    tokens = scene.frame.tokens
    names = (*SECTION_MARKS, FREE, RESERVE)
    sizes = apportion([getattr(tokens, name) for name in names], width)
    blocks = [(name, size) for name, size in zip(names, sizes, strict=True) if size]
    spans: list[Span] = []
    needs_edge = False
    for (name, size), (after, _) in pairwise((*blocks, (FREE, 0))):
        if name in _FILL:
            spans.append(_filling(name, size))
            continue
        start = _LEFT_EDGE if needs_edge and size > 1 else ""
        end = _RIGHT_EDGE if after not in _FILL and size > 1 + len(start) else ""
        spans.append(_block(name, size, start, end))
        needs_edge = not end
    return tuple(spans) if spans else fitted((), width)


def _filling(name: str, size: int) -> Span:
    label = f" {name} " if size >= len(name) + 4 else ""
    pad = size - len(label)
    style = "faint" if name == FREE else "tier-reserve"
    return _FILL[name] * (pad // 2) + label + _FILL[name] * (pad - pad // 2), style


def _block(name: str, size: int, start: str, end: str) -> Span:
    """The edges tell where a section ends when nothing else does: without colours all blocks have one ground."""
    mark = SECTION_MARKS[name]
    room = size - len(start) - len(end)
    label = f" {name}" if room > len(name) + 1 else _SHORT[name] if room > len(_SHORT[name]) else mark.glyph
    return f"{start}{clip(label, room).ljust(room)}{end}", f"bold ink on {mark.style}"


def _legend(scene: Scene, width: int) -> tuple[Line, ...]:
    tokens, before = scene.frame.tokens, scene.before.tokens if scene.before else None
    entries: list[tuple[str, str, str, int, int]] = []
    for name, mark in SECTION_MARKS.items():
        amount = getattr(tokens, name)
        entries.append((mark.glyph, name, mark.style, amount, amount - getattr(before, name) if before else 0))
    entries.append(("·", FREE, "faint", tokens.free, 0))
    entries.append(("╱", RESERVE, "tier-reserve", tokens.reserve, 0))
    for style, least_gap in _LEGEND_STYLES:
        parts = [style(*entry) for entry in entries]
        gaps = len(parts) - 1
        needed = sum(line_width(part) for part in parts)
        if needed + gaps * least_gap <= width:
            gap = min(3, (width - needed) // gaps)
            return (fitted(_joined(parts, gap), width),)
    return (fitted(_joined([_shortest(*entry) for entry in entries], 1), width),)


def _joined(parts: list[Line], gap: int) -> Line:
    spans: list[Span] = []
    for index, part in enumerate(parts):
        if index:
            spans.append((" " * gap, "text"))
        spans.extend(part)
    return tuple(spans)


def _full(letter: str, name: str, style: str, amount: int, change: int) -> Line:
    moved = f" {signed(change)}" if change else ""
    return (letter, f"bold {style}"), (f" {name} {grouped_number(amount)}", "text"), (moved, "muted")


def _plain(letter: str, name: str, style: str, amount: int, change: int) -> Line:  # noqa: ARG001
    return (letter, f"bold {style}"), (f" {name} {grouped_number(amount)}", "text")


def _letters(letter: str, name: str, style: str, amount: int, change: int) -> Line:  # noqa: ARG001
    return (letter, f"bold {style}"), (f" {grouped_number(amount)}", "text")


def _shortest(letter: str, name: str, style: str, amount: int, change: int) -> Line:  # noqa: ARG001
    return (letter, f"bold {style}"), (short_number(amount), "text")


_LEGEND_STYLES = ((_full, 2), (_plain, 2), (_plain, 1), (_letters, 1), (_shortest, 1))
