"""What blocks of core memory promise: a label each, and a value within its limit, which is only warned about."""

from __future__ import annotations

from collections.abc import Sequence

from memview.model.block import Block
from memview.sessions.problems import Problem, quoted


def require_own_labels(blocks: Sequence[Block]) -> None:
    """Raise `Problem` when two blocks of one agent have the same label, or one has none that can be seen."""
    seen: set[tuple[str | None, str]] = set()
    for index, block in enumerate(blocks):
        if not block.label.strip():
            raise Problem(f"blocks[{index}].label", "is empty", "give it a name")
        if (block.agent, block.label) in seen:
            fault = f"{quoted(block.label)} is already the label of an earlier block"
            raise Problem(f"blocks[{index}].label", fault, "give each its own label")
        seen.add((block.agent, block.label))


def over_its_limit(block: Block) -> str:
    """The warning about a value that is longer than its block may be."""
    return f"{len(block.value)} characters, the limit of {quoted(block.label)} is {block.limit}; kept whole"
