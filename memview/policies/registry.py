"""The registry: policies by name@version, eviction algorithms by name."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path

from memview.kernel.protocols import EvictionPolicy
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.eviction.fifo import Fifo
from memview.policies.eviction.importance_recency import ImportanceRecency
from memview.policies.eviction.lfu import Lfu
from memview.policies.eviction.lru import Lru
from memview.policies.eviction.random_choice import RandomChoice

DEFAULT_POLICY = "importance-recency"

EVICTION: dict[str, Callable[..., EvictionPolicy]] = {
    "fifo": Fifo,
    "importance-recency": ImportanceRecency,
    "lfu": Lfu,
    "lru": Lru,
    "random": RandomChoice,
}
"""Eviction algorithms by name. One that takes `seed` is given the replay's seed."""


@cache
def _shipped() -> tuple[PolicySpec, ...]:
    from memview.policies.policy_file import read_policy_file

    directory = Path(__file__).parent / "presets"
    return tuple(read_policy_file(path) for path in sorted(directory.glob("*.yaml")))


def policy_catalogue() -> list[PolicySpec]:
    """All policies that are installed, by name, the newest version of a name last."""
    return sorted(_shipped(), key=lambda spec: (spec.name, spec.version))


def load_policy(name: str) -> PolicySpec:
    """The policy called `name`: `lru`, `LRU`, `lru@1`, or the path of a YAML policy file.

    Raises PolicyError for an unknown name or version (offers the nearest) and for a bad file.
    """
    if name.lower().endswith((".yaml", ".yml")) or "/" in name:
        from memview.policies.policy_file import read_policy_file

        spec = read_policy_file(Path(name))
        check_eviction(spec, name)
        return spec
    wanted, _, version = name.strip().lower().partition("@")
    found = [spec for spec in policy_catalogue() if spec.name == wanted]
    if not found:
        names = sorted({spec.name for spec in policy_catalogue()})
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names)}"
        raise PolicyError(f"unknown policy {name!r}; {hint} (`memview policies` lists them)")
    if not version:
        return found[-1]
    for spec in found:
        if str(spec.version) == version:
            return spec
    versions = ", ".join(spec.label for spec in found)
    raise PolicyError(f"policy {wanted!r} has no version {version!r}; there is {versions}")


def check_eviction(spec: PolicySpec, where: str) -> None:
    """Raise PolicyError unless the eviction algorithm of `spec` exists and takes its parameters."""
    factory = EVICTION.get(spec.eviction)
    if factory is None:
        near = difflib.get_close_matches(spec.eviction, EVICTION, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(EVICTION)}"
        raise PolicyError(f"{where}: policy.eviction: unknown algorithm {spec.eviction!r}; {hint}")
    known = [name for name in inspect.signature(factory).parameters if name != "seed"]
    for name in spec.parameters:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise PolicyError(f"{where}: policy.parameters.{name}: unknown; {spec.eviction} takes {takes}")


def create_eviction(spec: PolicySpec, seed: int) -> EvictionPolicy:
    """A fresh instance of the policy's eviction algorithm. Raises PolicyError as `check_eviction` does."""
    check_eviction(spec, spec.label)
    factory = EVICTION[spec.eviction]
    if "seed" in inspect.signature(factory).parameters:
        return factory(seed=seed, **spec.parameters)
    return factory(**spec.parameters)
