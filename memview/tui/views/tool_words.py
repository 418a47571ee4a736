"""Arguments and results of tool calls in words: masked, safe to show, and never longer than they may be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import Mark
from memview.tui.governance_marks import CALL_MARKS
from memview.tui.lines import grouped_number

if TYPE_CHECKING:
    from memview.replay.governance_masks import Masks
    from memview.replay.memory_surface import CallAccount

VALUE_LIMIT = 2000
"""Characters of one argument or result that are laid out."""

PAGE = re.compile(r"(Showing \d+ of \d+ results \(page \d+/\d+\)): (\[.*)", re.DOTALL)
"""A page of search results: its header, and its rows as JSON."""


def clipped_text(text: str, masks: Masks, limit: int = VALUE_LIMIT) -> tuple[str, int]:
    """The beginning of `text` as it may be shown, and how many characters it goes on for. Not yet printable."""
    return masks.of_text(text[: 4 * limit])[:limit], max(0, len(text) - limit)


def value_text(value: object) -> str:
    """A JSON value as text; a text as it is."""
    if isinstance(value, str):
        return value
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, ensure_ascii=False, default=str)


def more_words(more: int) -> str:
    """`… and 998 000 more characters`; nothing for 0."""
    return f" … and {grouped_number(more)} more {'character' if more == 1 else 'characters'}" if more else ""


def value_words(value: object, masks: Masks, limit: int = VALUE_LIMIT) -> str:
    """A value on one line, masked and safe to show, with a count of what is cut off."""
    shown, more = clipped_text(value_text(value), masks, limit)
    return printable(shown) + more_words(more)


def call_mark(call: CallAccount) -> Mark:
    """What a call came to."""
    return CALL_MARKS[call.state]


def first_line(call: CallAccount, masks: Masks) -> str:
    """What a call gave, in a line: our result, or the recorded one of a tool that is not ours to run."""
    if call.outcome is None:
        return "no result recorded" if call.recorded is None else value_words(call.recorded, masks)
    result = call.outcome.result
    if result == "None":
        ids = ", ".join(printable(name) for name in call.outcome.memory_ids)
        return f"done, wrote {ids}" if ids else "done"
    page = PAGE.fullmatch(result)
    if page is not None:
        ids = ", ".join(printable(name) for name in call.outcome.memory_ids)
        return f"{page[1]}: {ids}"
    return value_words(result, masks)
