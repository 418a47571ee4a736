"""Policies: eviction algorithms, presets, and the registry that finds them by name@version."""

from memview.policies.registry import create_compaction, create_eviction, load_policy, policy_catalogue

__all__ = ["create_compaction", "create_eviction", "load_policy", "policy_catalogue"]
