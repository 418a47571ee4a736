"""What an edit of a block comes to: which of its parts make way for which new text. Each edit is one change.

Semantics after MemGPT 0.3.25 (`memgpt/memory.py`: replace takes every occurrence) and Letta (`letta/functions/
function_sets/base.py`: insert by line, replace of the only occurrence, rethink).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from memview.kernel.memory_tools.blocks import BlockKey, Blocks
from memview.kernel.memory_tools.calls import Append, CoreEdit, Insert, Refusal, Replace, Rethink, clipped


class Change(NamedTuple):
    """The parts from place `at` on, `removed` of them, make way for `text`; an empty text leaves nothing."""

    at: int
    removed: int
    text: str


def change_of(edit: CoreEdit, key: BlockKey, blocks: Blocks, texts: Sequence[str]) -> Change | None:
    """The change that `edit` makes to the block `key`, or None when it changes nothing. `texts` are those of items.

    Raises Refusal: read-only, too long, old text not found or found more than once, no such line.
    """
    parts = [texts[item] for item in blocks.editable(key)]
    change = _change_of(edit, parts)
    if change is not None:
        blocks.check(key, _chars_after(blocks.chars(key), parts, change))
    return change


def _change_of(edit: CoreEdit, parts: Sequence[str]) -> Change | None:
    match edit:
        case Append():
            return _added(edit.text, len(parts))
        case Insert():
            return _inserted(parts, edit)
        case Replace():
            return _replaced(parts, edit)
        case Rethink():
            return None if edit.text == "\n".join(parts) else Change(0, len(parts), edit.text)


def _chars_after(chars: int, parts: Sequence[str], change: Change) -> int:
    """Characters of the block once the change is made: those of its parts, and a line end between any two."""
    count = len(parts) - change.removed + bool(change.text)
    of_parts = chars - max(0, len(parts) - 1) + len(change.text)
    return of_parts - sum(len(part) for part in parts[change.at : change.at + change.removed]) + max(0, count - 1)


def _added(text: str, at: int) -> Change | None:
    return Change(at, 0, text) if text else None


def _inserted(parts: Sequence[str], edit: Insert) -> Change | None:
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + part.count("\n") + 1)
    last = starts[-1]
    if edit.line > last:
        raise Refusal(f"Invalid insert_line {edit.line}: the block has lines 0 to {last}, and -1 appends to its end")
    if edit.line in (-1, last):
        return _added(edit.text, len(parts))
    if edit.line in starts:
        return _added(edit.text, starts.index(edit.line))
    at = bisect_right(starts, edit.line) - 1
    lines = parts[at].split("\n")
    lines.insert(edit.line - starts[at], edit.text)
    return Change(at, 1, "\n".join(lines))


def _replaced(parts: Sequence[str], edit: Replace) -> Change | None:
    if not edit.old:
        raise Refusal("old text cannot be empty: say what is to be replaced")
    value = "\n".join(parts)
    found = value.count(edit.old)
    if edit.unique and found != 1:
        raise Refusal(f"No replacement was performed{_not_once(value, edit)}")
    if not found:
        raise Refusal(f"Old content '{clipped(edit.old)}' not found in memory block '{clipped(edit.label)}'")
    if edit.old == edit.new:
        return None
    holding = [at for at, part in enumerate(parts) if edit.old in part]
    if found != sum(part.count(edit.old) for part in parts):
        holding = [0, len(parts) - 1]
    first, after = holding[0], holding[-1] + 1
    return Change(first, after - first, "\n".join(parts[first:after]).replace(edit.old, edit.new))


def _not_once(value: str, edit: Replace) -> str:
    """In Letta's words why there is not exactly one occurrence; lines are counted from 1."""
    lines = [number for number, line in enumerate(value.split("\n"), start=1) if edit.old in line]
    old = f"old_str `{clipped(edit.old)}`"
    if edit.old not in value:
        return f", {old} did not appear verbatim in memory block with label `{clipped(edit.label)}`."
    return f". Multiple occurrences of {old} in lines {lines}. Please ensure it is unique."
