"""Safe expressions over named signals: `importance > 0.7`, `action == "evict" and not pinned`.

A small subset of Python's expression grammar: and/or/not, comparisons, arithmetic, literals, known names.
"""

from __future__ import annotations

from memview.expressions.conditions import Signal, Signals, Witness
from memview.expressions.parser import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    Expression,
    Formula,
    parse_expression,
    parse_formula,
)

__all__ = [
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_NODES",
    "Expression",
    "Formula",
    "Signal",
    "Signals",
    "Witness",
    "parse_expression",
    "parse_formula",
]
