"""The guard's reading of texts: shapes of injected orders, and contents that no screen should show."""

from __future__ import annotations

from memview.guard.screening import SOURCES, RuleHit, Screening, Source, screen

__all__ = ["SOURCES", "RuleHit", "Screening", "Source", "screen"]
