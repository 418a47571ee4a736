"""Changes of a what-if in a few cells each, for the labels of lanes. Their own module may not be loaded yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.tui.lines import clip

if TYPE_CHECKING:
    from memview.replay.changes import Change

FORK = "↱"
"""Where a timeline leaves another one. The OCR fork that would say it is in no monospaced font."""
_ID = 16
_GLYPHS = {"Pin": "■", "Unpin": "□", "EditMemory": "✎", "DropMemory": "−", "EditTurn": "✎", "DropTurn": "−"}
_DECIDED = {"approved": "✓", "refused": "⊘"}


def short_words(change: Change) -> str:
    """`✓M-3`, `■M-3` (pinned), `□M-3` (unpinned), `✎M-3`, `−M-3`, `✎turn 7`, `core 800`, `top_k=4`."""
    kind = type(change).__name__
    memory_id = getattr(change, "memory_id", None)
    if kind == "Decision":
        return f"{_DECIDED[getattr(change, 'kind', 'approved')]}{clip(str(memory_id), _ID)}"
    if memory_id is not None:
        return f"{_GLYPHS[kind]}{clip(memory_id, _ID)}"
    if kind in _GLYPHS:
        return f"{_GLYPHS[kind]}turn {getattr(change, 'turn', '')}"
    if kind == "SetParameter":
        path = str(getattr(change, "path", "")).rpartition(".")[2]
        return clip(f"{path}={getattr(change, 'value', '')}", _ID + 8)
    return change.words.replace(" budget", "").replace(",", "")
