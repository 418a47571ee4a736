"""Policies: eviction algorithms, presets, plugins, and the registry that finds them by name@version.

A policy of your own, in a package of your own, needs `PolicyPlugin`, `PolicySpec`, `ScoredEviction` and `Page`.
"""

from memview.kernel.protocols import Page
from memview.model.policy_spec import PolicySpec
from memview.policies.eviction.scored import ScoredEviction
from memview.policies.plugins import PolicyPlugin
from memview.policies.registry import (
    create_compaction,
    create_eviction,
    knows_the_future,
    load_policy,
    plugin_problems,
    policy_catalogue,
)

__all__ = [
    "Page",
    "PolicyPlugin",
    "PolicySpec",
    "ScoredEviction",
    "create_compaction",
    "create_eviction",
    "knows_the_future",
    "load_policy",
    "plugin_problems",
    "policy_catalogue",
]
