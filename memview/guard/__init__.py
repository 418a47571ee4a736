"""The guard's reading of texts: shapes of injected orders, and contents that no screen should show."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memview.guard.rules.rule import RuleHit
    from memview.guard.screening import SOURCES, Screening, Source, screen

__all__ = ["SOURCES", "RuleHit", "Screening", "Source", "screen"]


def __getattr__(name: str) -> object:
    # Loaded when first asked for: screens mask texts with `guard.sensitive` from the first frame on, without the rules.
    if name in __all__:
        return getattr(import_module("memview.guard.screening"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
