"""The custody line: where every item the agent ever saw is now. The four counts always add up."""

from __future__ import annotations

from memview.tui.glyphs import CUSTODY_MARKS
from memview.tui.lines import Line, Span, grouped_number, line_width, signed, spread
from memview.tui.scene import Scene


def custody_line(scene: Scene, width: int) -> Line:
    """Glyph, word and count of each state, its change against the previous turn, and their sum; closer when narrow."""
    total = scene.frame.custody.total
    for lead, gap, tie, end in (
        ("Custody  ", "   ", " ", f"= {grouped_number(total)} items"),
        ("", "  ", " ", f"= {grouped_number(total)} items"),
        ("", " ", " ", f"= {grouped_number(total)}"),
        ("", " ", "", f"={grouped_number(total)}"),
        ("", " ", "", ""),
    ):
        start = _counts(scene, lead, gap, tie)
        if line_width(start) + len(end) + 1 <= width:
            break
    return spread(start, ((end, "muted"),) if end else (), width)


def _counts(scene: Scene, lead: str, gap: str, tie: str) -> Line:
    custody = scene.frame.custody
    before = scene.before.custody if scene.before else None
    spans: list[Span] = [(lead, "muted")] if lead else []
    for index, (name, mark) in enumerate(CUSTODY_MARKS.items()):
        count = getattr(custody, name)
        change = signed(count - getattr(before, name)) if before else ""
        nothing_lost = name == "lost" and not count
        spans.append(
            ((gap if index else "") + f"{mark.glyph}{tie}{mark.word} ", "muted" if nothing_lost else mark.style)
        )
        spans.append((grouped_number(count), "muted" if nothing_lost else f"bold {mark.style}"))
        if change:
            spans.append((tie + change, "faint"))
    return tuple(spans)
