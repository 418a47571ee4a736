"""Policies: eviction algorithms, presets, plugins, and the registry that finds them by name@version.

A policy of your own, in a package of your own, needs `PolicyPlugin`, `PolicySpec`, `ScoredEviction` and `Page`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from memview.kernel.protocols import Page
from memview.model.policy_spec import PolicySpec
from memview.policies.registry import (
    create_compaction,
    create_eviction,
    create_lifecycle,
    create_write_rule,
    knows_the_future,
    load_policy,
    plugin_problems,
    policy_catalogue,
)

if TYPE_CHECKING:
    from memview.policies.eviction.scored import ScoredEviction
    from memview.policies.plugins import PolicyPlugin

__all__ = [
    "Page",
    "PolicyPlugin",
    "PolicySpec",
    "ScoredEviction",
    "create_compaction",
    "create_eviction",
    "create_lifecycle",
    "create_write_rule",
    "knows_the_future",
    "load_policy",
    "plugin_problems",
    "policy_catalogue",
]

_FOR_AUTHORS = {"PolicyPlugin": "plugins", "ScoredEviction": "eviction.scored"}


def __getattr__(name: str) -> object:
    # What only authors of policies need stays off the way to the first frame.
    if name in _FOR_AUTHORS:
        found: object = getattr(import_module(f"memview.policies.{_FOR_AUTHORS[name]}"), name)
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
