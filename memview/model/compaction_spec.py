"""Compaction of the window as data: which algorithm, with which numbers, and the stand-ins that it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_SETTINGS: Mapping[str, float | str | bool] = MappingProxyType({})


def no_settings() -> Mapping[str, float | str | bool]:
    """The one empty mapping that specs without settings share."""
    return NO_SETTINGS


@dataclass(frozen=True, slots=True)
class CompactionSpec:
    """`algorithm` names a class of `memview.policies.compaction`, `settings` its numbers and names."""

    algorithm: str
    settings: Mapping[str, float | str | bool] = field(default_factory=no_settings)
