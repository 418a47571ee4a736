"""Landfill under the names that metrics are published by."""

from __future__ import annotations

from memview.kernel.caretaker import Household
from memview.model.lifecycle_spec import LifecycleSpec
from memview.policies.lifecycle.caretaker import LifecycleCaretaker
from memview.replay.metrics import Metrics

LANDFILL = ("duplicate_ratio", "stale_ratio", "never_retrieved_ratio", "conflicting_ratio")
"""Shares of the memories at home; how many lack a citation is a metric of the session, and told with the others."""


def landfill_metrics(household: Household, caretaker: LifecycleCaretaker | None) -> Metrics:
    """The shares of LANDFILL in what `caretaker` has left (None: the policy has none); None: there are no memories."""
    shares = (caretaker or LifecycleCaretaker(LifecycleSpec())).landfill(household).shares
    return {name: shares[name] for name in LANDFILL}
