"""A policy that can be asked: its data, and its window compaction as a function of a list of messages."""

from __future__ import annotations

from dataclasses import dataclass

from memview.model.policy_spec import PolicySpec


@dataclass(frozen=True, slots=True)
class Policy(PolicySpec):
    """What `load_policy` returns."""
