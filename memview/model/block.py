"""Blocks of core memory, as MemGPT and Letta have them, and the limits within which an agent's tools work on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from memview.model.memory import no_extra

MEMGPT_BLOCK_CHARS = 2000
"""MemGPT 0.3.25 gives persona and human so many characters each; Letta 5,000, later 20,000."""


@dataclass(frozen=True, slots=True)
class Block:
    """A labelled piece of core memory: always in the prompt, and edited in place. `limit` is in characters.

    `agent` is whose it is; without one, all agents see and edit it.
    """

    label: str
    value: str = ""
    limit: int = MEMGPT_BLOCK_CHARS
    description: str = ""
    read_only: bool = False
    extra: Mapping[str, object] = field(default_factory=no_extra, compare=False)
    agent: str | None = None

    @property
    def is_over_its_limit(self) -> bool:
        return len(self.value) > self.limit


@dataclass(frozen=True, slots=True)
class ToolLimits:
    """Limits of the memory tools, MemGPT 0.3.25's unless a session says otherwise.

    `block_chars` bounds a block that names no limit of its own, `result_chars` what one call returns; a search gives
    `page_size` results a page out of its `search_depth` best ones.
    """

    block_chars: int = MEMGPT_BLOCK_CHARS
    result_chars: int = 3000
    page_size: int = 5
    search_depth: int = 100
