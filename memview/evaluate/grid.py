"""What a sweep varies: policies and budgets. A cell is one session under one policy at one point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies import load_policy, policy_catalogue

ALL_POLICIES = "all"


class Point(NamedTuple):
    """Token budgets of the core and of the retrieved section; None leaves the policy's or the session's own."""

    core: int | None = None
    retrieval: int | None = None


class Cell(NamedTuple):
    """One thing to compute: numbers of the session, the policy and the point, in the order of the sweep."""

    session: int
    policy: int
    point: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Every cell of a session is computed with these. `window` is tokens; `categories` None asks every probe.

    `is_of_retrieval` says that the retrieved section is what is varied, so that it is the budget of a result.
    """

    specs: tuple[PolicySpec, ...]
    points: tuple[Point, ...] = (Point(),)
    window: int | None = None
    seed: int = 0
    categories: tuple[str, ...] | None = None
    is_of_retrieval: bool = False

    def cells(self, session: int) -> list[Cell]:
        """The cells of one session, policy by policy."""
        return [
            Cell(session, policy, point) for policy in range(len(self.specs)) for point in range(len(self.points))
        ]  # fmt: skip


def grid_of(
    policies: Iterable[str | PolicySpec],
    budgets: Sequence[int] = (),
    retrieval_budgets: Sequence[int] = (),
    *,
    core: int | None = None,
    window: int | None = None,
    seed: int = 0,
    categories: Sequence[str] | None = None,
) -> Grid:
    """The grid of `policies` (`all` stands for every installed one) over core budgets, retrieved budgets, or both.

    `core` fixes the core where only the retrieved section is varied. What is named twice counts once. Raises
    PolicyError for no policy, an unknown one, two different ones of one label, or a fixed core beside `budgets`.
    """
    if budgets and core is not None:
        raise PolicyError(f"a core fixed at {core} beside core budgets {list(budgets)}: leave one of them out")
    specs = _distinct(policies)
    cores: Sequence[int | None] = tuple(dict.fromkeys(budgets)) or (core,)
    retrievals: Sequence[int | None] = tuple(dict.fromkeys(retrieval_budgets)) or (None,)
    return Grid(
        specs=specs,
        points=tuple(Point(each, retrieval) for each in cores for retrieval in retrievals),
        window=window,
        seed=seed,
        categories=None if categories is None else tuple(dict.fromkeys(categories)),
        is_of_retrieval=bool(retrieval_budgets) and not budgets,
    )


def _distinct(policies: Iterable[str | PolicySpec]) -> tuple[PolicySpec, ...]:
    found: dict[str, PolicySpec] = {}
    for policy in policies:
        for spec in _specs_of(policy):
            known = found.setdefault(spec.label, spec)
            if known != spec:
                raise PolicyError(f"two different policies are called {spec.label}; give one another name or version")
    if not found:
        raise PolicyError("no policy is named; `memview policies` lists them")
    return tuple(found.values())


def _specs_of(policy: str | PolicySpec) -> Sequence[PolicySpec]:
    if isinstance(policy, PolicySpec):
        return [policy]
    return policy_catalogue() if policy.strip().lower() == ALL_POLICIES else [load_policy(policy)]
