"""Every state as a glyph, a word and the name of a colour: colour is never the only carrier.

All glyphs take one cell and have no emoji form.
"""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """How one state is shown."""

    glyph: str
    word: str
    style: str


ACTION_MARKS: dict[str, Mark] = {
    "promote": Mark("▲", "promote", "action-promote"),
    "evict": Mark("▼", "evict", "action-evict"),
    "hit": Mark("●", "hit", "action-hit"),
    "fault": Mark("○", "fault", "action-fault"),
    "reject": Mark("⊘", "reject", "action-reject"),
    "insert": Mark("+", "insert", "action-insert"),
    "update": Mark("±", "update", "text"),
    "invalidate": Mark("∅", "invalidate", "action-reject"),
    "merge": Mark("⊕", "merge", "text"),
    "summarize": Mark("Σ", "summarize", "tier-summary"),
    "compact": Mark("◧", "compact", "tier-summary"),
    "search": Mark("?", "search", "action-search"),
    "tool": Mark("ƒ", "tool", "action-tool"),
    "quarantine": Mark("⊗", "quarantine", "action-quarantine"),
    "approve": Mark("✓", "approve", "action-hit"),
    "pin": Mark("■", "pin", "text"),
    "unpin": Mark("□", "unpin", "text"),
    "trim": Mark("┤", "trim", "action-evict"),
    "drop": Mark("✗", "drop", "custody-lost"),
    "warn": Mark("!", "warn", "action-warn"),
    "route": Mark("↳", "route", "action-route"),
    "error": Mark("✖", "error", "action-error"),
}

OUTCOME_MARKS: dict[str, Mark] = {
    "promoted": Mark("▲", "promoted", "action-promote"),
    "resident": Mark("●", "resident", "action-hit"),
    "fetched": Mark("◇", "fetched", "tier-retrieved"),
    "dropped": Mark("✗", "dropped", "action-evict"),
    "missed": Mark("○", "missed", "action-fault"),
    "rejected": Mark("⊘", "rejected", "action-reject"),
    "quarantined": Mark("⊗", "quarantined", "action-quarantine"),
    "untrusted": Mark("!", "untrusted", "action-warn"),
    "pending": Mark("·", "pending", "muted"),
}

CUSTODY_MARKS: dict[str, Mark] = {
    "visible": Mark("●", "visible", "custody-visible"),
    "covered": Mark("◐", "covered", "custody-covered"),
    "recoverable": Mark("○", "recoverable", "custody-recoverable"),
    "lost": Mark("✗", "lost", "custody-lost"),
}

SECTION_MARKS: dict[str, Mark] = {
    "system": Mark("S", "system", "tier-system"),
    "core": Mark("C", "core", "tier-core"),
    "summary": Mark("M", "summary", "tier-summary"),
    "retrieved": Mark("R", "retrieved", "tier-retrieved"),
    "window": Mark("W", "window", "tier-window"),
    "query": Mark("Q", "query", "tier-query"),
}


def action_mark(action: str) -> Mark:
    """The mark of an event's action; one that a later version adds shows its own name."""
    return ACTION_MARKS.get(action) or Mark("·", action, "text")


def outcome_mark(outcome: str) -> Mark:
    """The mark of what became of an archive hit."""
    return OUTCOME_MARKS.get(outcome) or Mark("·", outcome, "text")
