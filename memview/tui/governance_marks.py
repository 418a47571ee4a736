"""Trust, validity, custody of blocks and outcomes of tool calls as marks: a glyph, a word and a colour each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import Mark

if TYPE_CHECKING:
    from memview.replay.governance_trust import Validity

TRUST_MARKS: dict[str, Mark] = {
    "user": Mark("◉", "user", "muted"),
    "model": Mark("◎", "model", "muted"),
    "tool_internal": Mark("⊙", "own tool", "muted"),
    "tool_external": Mark("!", "outside tool", "action-warn"),
    "document": Mark("!", "document", "action-warn"),
}

CALL_MARKS: dict[str, Mark] = {
    "ok": Mark("✓", "ok", "action-hit"),
    "error": Mark("✖", "error", "action-error"),
    "recorded": Mark("ƒ", "as recorded", "action-tool"),
}
DIFFERS = Mark("≠", "differs", "action-warn")

READ_ONLY = Mark("▣", "read-only", "action-warn")
EDITABLE = Mark("□", "editable", "muted")

_VALIDITY: dict[str, tuple[str, str]] = {
    "ended": ("∅", "action-reject"),
    "not yet valid": ("◷", "action-warn"),
    "valid until": ("◷", "muted"),
}


def trust_mark(trust: str) -> Mark:
    """The mark of a class of provenance; one that a later version adds shows its own name."""
    return TRUST_MARKS.get(trust) or Mark("·", trust, "text")


def validity_mark(validity: Validity | None) -> Mark | None:
    """`∅ ended 2026-03-01`, `◷ not yet valid before …`, `◷ valid until …`; None for what simply holds."""
    if validity is None:
        return None
    glyph, style = _VALIDITY[validity.state]
    between = " before" if validity.state == "not yet valid" else ""
    return Mark(glyph, f"{validity.state}{between} {_day(validity.when)}", style)


def _day(when: str) -> str:
    """The date; the time of day only where it is not midnight."""
    date, _, time = printable(when).partition("T")
    return date if not time or time.startswith("00:00:00") else f"{date} {time[:5]}"
