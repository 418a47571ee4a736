"""Named token counters: estimates that need nothing, and exact ones for vocabularies on this machine."""

from __future__ import annotations

from memview.tokens.fetch import fetch_vocabulary
from memview.tokens.protocol import TokenCounter
from memview.tokens.registry import (
    COUNTER_NAMES,
    TokenizerStatus,
    counter_or_estimate,
    load_counter,
    tokenizer_status,
)

__all__ = [
    "COUNTER_NAMES",
    "TokenCounter",
    "TokenizerStatus",
    "counter_or_estimate",
    "fetch_vocabulary",
    "load_counter",
    "tokenizer_status",
]
