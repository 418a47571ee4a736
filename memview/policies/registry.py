"""The registry: policies by name@version, eviction algorithms by name."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path

from memview.kernel.protocols import EvictionPolicy, Future
from memview.kernel.window import Compaction
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.policy import Policy

DEFAULT_POLICY = "importance-recency"

EVICTION: dict[str, str] = {
    "fifo": "fifo:Fifo",
    "importance-recency": "importance_recency:ImportanceRecency",
    "lfu": "lfu:Lfu",
    "lru": "lru:Lru",
    "random": "random_choice:RandomChoice",
}
"""Eviction algorithms by name: the module below `memview.policies.eviction` and the class in it, imported when asked
for. A class that takes `seed`, `capacity` (tokens of the core) or `future` (`memview.kernel.protocols.Future`) is given
them."""


def eviction_class(name: str) -> Callable[..., EvictionPolicy]:
    """The eviction algorithm called `name`. Raises KeyError for another name."""
    module, _, attribute = EVICTION[name].partition(":")
    found: Callable[..., EvictionPolicy] = getattr(
        importlib.import_module(f"memview.policies.eviction.{module}"), attribute
    )
    return found


_GIVEN = ("seed", "capacity", "future")


@cache
def _shipped() -> tuple[Policy, ...]:
    from memview.policies.policy_file import read_policy_file

    directory = Path(__file__).parent / "presets"
    return tuple(read_policy_file(path) for path in sorted(directory.glob("*.yaml")))


def policy_catalogue() -> list[Policy]:
    """All policies that are installed, by name, the newest version of a name last."""
    return sorted(_shipped(), key=lambda spec: (spec.name, spec.age))


def load_policy(name: str) -> Policy:
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
        if spec.version == version:
            return spec
    versions = ", ".join(spec.label for spec in found)
    raise PolicyError(f"policy {wanted!r} has no version {version!r}; there is {versions}")


def check_eviction(spec: PolicySpec, where: str) -> None:
    """Raise PolicyError unless the eviction algorithm of `spec` exists and takes its parameters."""
    if spec.eviction not in EVICTION:
        near = difflib.get_close_matches(spec.eviction, EVICTION, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(EVICTION)}"
        raise PolicyError(f"{where}: policy.eviction: unknown algorithm {spec.eviction!r}; {hint}")
    known = [name for name in inspect.signature(eviction_class(spec.eviction)).parameters if name not in _GIVEN]
    for name in spec.parameters:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise PolicyError(f"{where}: policy.parameters.{name}: unknown; {spec.eviction} takes {takes}")


def create_eviction(spec: PolicySpec, seed: int, capacity: int, future: Future) -> EvictionPolicy:
    """A fresh instance of the policy's eviction algorithm for a core of `capacity` tokens.

    Only an offline algorithm looks into the `future`. Raises PolicyError as `check_eviction` does.
    """
    check_eviction(spec, spec.label)
    factory = eviction_class(spec.eviction)
    given = {"seed": seed, "capacity": capacity, "future": future}
    wanted = {name: given[name] for name in _GIVEN if name in inspect.signature(factory).parameters}
    return factory(**wanted, **spec.parameters)


def create_compaction(spec: PolicySpec) -> Compaction | None:
    """A fresh instance of the policy's window compaction, or None when it has none. Raises PolicyError for a bad one."""
    if spec.compaction is None:
        return None
    from memview.policies.compaction.registry import create_compaction as create

    return create(spec)
