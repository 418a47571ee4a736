"""A fork: a session and a policy with changes, replayed beside the recording. The recording itself is never touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from memview.kernel.workload import Workload
from memview.model.policy_spec import UNLIMITED, PolicySpec
from memview.model.session import Session
from memview.replay.budgets import BudgetOverrides
from memview.replay.changes import Change, SetBudgets, SetParameter
from memview.replay.changes_policy import change_policy
from memview.replay.changes_session import change_session
from memview.replay.replay import Replay

_NO_OVERRIDES = BudgetOverrides()


@dataclass(frozen=True, slots=True)
class Forked:
    """What a fork is replayed from. `notes` say what had to be mended, one sentence each.

    A part that nothing changes is the very object that it was made from.
    """

    session: Session
    spec: PolicySpec
    budgets: BudgetOverrides
    notes: tuple[str, ...] = ()

    @property
    def policy(self) -> PolicySpec:
        """The policy with the budgets in it: replayed without any, it decides as the fork does."""
        spec, asked = self.spec, self.budgets
        if asked.core is not None and not _unlimited(spec.core_budget_tokens):
            spec = replace(spec, core_budget_tokens=asked.core)
        if asked.window is not None and not _unlimited(spec.window_budget_tokens):
            spec = replace(spec, window_budget_tokens=asked.window)
        if asked.retrieval is not None and not _unlimited(spec.retrieval_budget_tokens):
            spec = replace(spec, retrieval_budget_tokens=asked.retrieval)
        return spec


def _unlimited(tokens: int | None) -> bool:
    return tokens is not None and tokens >= UNLIMITED


def with_changes(
    session: Session, spec: PolicySpec, budgets: BudgetOverrides = _NO_OVERRIDES, changes: Iterable[Change] = ()
) -> Forked:
    """`session`, `spec` and `budgets` with `changes`, made one after the other.

    What refers to something that a change has dropped is mended by rule, and told in the notes. Raises ChangeError for
    a change that cannot be made; budgets that cannot work show only when the fork is replayed.
    """
    notes: list[str] = []
    for change in changes:
        if isinstance(change, SetBudgets):
            budgets = BudgetOverrides(
                budgets.core if change.core is None else change.core,
                budgets.window if change.window is None else change.window,
                budgets.retrieval if change.retrieval is None else change.retrieval,
            )
            notes += _ignored_budgets(spec, change)
        elif isinstance(change, SetParameter):
            spec = change_policy(spec, change)
        else:
            session = change_session(session, change, notes)
    return Forked(session, spec, budgets, tuple(dict.fromkeys(notes)))


def _ignored_budgets(spec: PolicySpec, change: SetBudgets) -> list[str]:
    asked = (
        ("core", change.core, spec.core_budget_tokens),
        ("window", change.window, spec.window_budget_tokens),
        ("retrieval", change.retrieval, spec.retrieval_budget_tokens),
    )
    return [
        f"{spec.label} has no limit on its {name} budget, so {tokens} changes nothing"
        for name, tokens, own in asked
        if tokens is not None and _unlimited(own)
    ]


def workload_of(forked: Forked, recorded: Workload) -> Workload:
    """`recorded` itself when the fork replays the same session, else a workload of its own with the same tokenizer."""
    return recorded if forked.session is recorded.session else Workload(forked.session, recorded.counter)


def fork_replay(
    recorded: Workload,
    spec: PolicySpec,
    budgets: BudgetOverrides = _NO_OVERRIDES,
    changes: Iterable[Change] = (),
    seed: int = 0,
) -> Replay:
    """A replay of the fork of which only the loading is computed (`run` or `advance` it).

    Retrieval is shared with the other replays of `recorded` as long as the session is the same. Raises ChangeError for
    a change that cannot be made, PolicyError for budgets that cannot work.
    """
    forked = with_changes(recorded.session, spec, budgets, changes)
    own = forked.budgets
    return Replay(workload_of(forked, recorded), forked.spec, own.core, own.window, own.retrieval, seed)
