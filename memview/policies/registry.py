"""The registry: policies by name@version, eviction algorithms by name."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from memview.kernel.protocols import EvictionPolicy, Future
from memview.kernel.window import Compaction
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.construction import check_parameters, construct, takes_future
from memview.policies.eviction.cache import Cache
from memview.policies.eviction.cache_eviction import eviction_by_cache
from memview.policies.guarded import GuardedCompaction, GuardedEviction, call_foreign
from memview.policies.policy import Policy
from memview.policies.suggestions import nearest_policies, nearest_versions

if TYPE_CHECKING:
    from memview.policies.lifecycle.caretaker import LifecycleCaretaker
    from memview.policies.lifecycle.shared_writes import SharedWriteRule
    from memview.policies.plugins import Plugins, PolicyPlugin

DEFAULT_POLICY = "importance-recency"

EVICTION: dict[str, str] = {
    "2q": "two_queue:TwoQueue",
    "2q-tokens": "two_queue:TwoQueueTokens",
    "act-r": "act_r:ActR",
    "act-r-per-token": "act_r_per_token:ActRPerToken",
    "adaptive": "adaptive:Adaptive",
    "arc": "arc:Arc",
    "arc-tokens": "arc:ArcTokens",
    "belady": "belady:Belady",
    "belady-size": "belady_size:BeladySize",
    "clock": "clock:Clock",
    "fifo": "fifo:Fifo",
    "gdsf": "gdsf:Gdsf",
    "generative-agents-as-coded": "generative_agents:GenerativeAgentsAsCoded",
    "generative-agents-paper": "generative_agents:GenerativeAgentsPaper",
    "importance-recency": "importance_recency:ImportanceRecency",
    "lecar": "lecar:LeCaR",
    "lecar-tokens": "lecar:LeCaRTokens",
    "lfu": "lfu:Lfu",
    "lru": "lru:Lru",
    "lru-k": "lru_k:LruK",
    "memorybank": "memorybank:MemoryBank",
    "memoryos-heat": "memoryos_heat:MemoryOsHeat",
    "mru": "mru:Mru",
    "qdlp": "qdlp:Qdlp",
    "qdlp-tokens": "qdlp:QdlpTokens",
    "random": "random_choice:RandomChoice",
    "s3fifo": "s3fifo:S3Fifo",
    "s3fifo-tokens": "s3fifo:S3FifoTokens",
    "sieve": "sieve:Sieve",
    "slru": "slru:Slru",
    "slru-tokens": "slru:SlruTokens",
    "wtinylfu": "w_tinylfu:WTinyLfu",
    "wtinylfu-tokens": "w_tinylfu:WTinyLfuTokens",
}
"""Eviction algorithms by name: the module below `memview.policies.eviction` and the class in it, imported when asked
for. A `Cache` is made an `EvictionPolicy`. A class that takes `seed`, `capacity` (tokens of the core) or `future`
(`memview.kernel.protocols.Future`) is given them."""


def eviction_class(name: str) -> Callable[..., EvictionPolicy]:
    """The eviction algorithm called `name`. Raises KeyError for another name."""
    module, _, attribute = EVICTION[name].partition(":")
    found: type[Cache] | type[EvictionPolicy] = getattr(
        importlib.import_module(f"memview.policies.eviction.{module}"), attribute
    )
    return eviction_by_cache(found) if issubclass(found, Cache) else found


@cache
def _presets() -> tuple[Path, ...]:
    return tuple(sorted((Path(__file__).parent / "presets").glob("*.yaml")))


@cache
def _preset(path: Path) -> Policy:
    from memview.policies.policy_file import read_preset

    return read_preset(path)


def _shipped(name: str | None = None) -> list[Policy]:
    """The shipped policies, or those called `name`.

    A preset is in the file NAME.yaml or NAME-VERSION.yaml: for one policy not all of them are read.
    """
    if name is None:
        return [_preset(path) for path in _presets()]
    near = (path for path in _presets() if path.stem == name or path.stem.startswith(f"{name}-"))
    return [policy for policy in map(_preset, near) if policy.name == name]


def shipped_policies() -> list[PolicySpec]:
    """The policies that come with memview, without those of plugins."""
    return list(_shipped())


@cache
def _plugins() -> Plugins:
    """Looked for once, and only when the whole catalogue or a name that is not shipped is asked for."""
    from memview.policies.plugins import installed_plugins

    return installed_plugins(_check_plugin)


def _check_plugin(policy: Policy, plugin: PolicyPlugin) -> None:
    if _shipped(policy.name):
        raise PolicyError(f"{policy.name} is the name of a shipped policy; rename it")
    if plugin.eviction is None and policy.eviction not in EVICTION:
        raise _unknown_algorithm(policy.eviction, policy.label, EVICTION)
    factory = eviction_class(policy.eviction) if plugin.eviction is None else plugin.eviction
    check_parameters(factory, policy.eviction, policy.parameters, policy.label)
    if plugin.compaction is None:
        create_compaction(policy)


def plugin_problems() -> list[str]:
    """One line about each plugin that was left out: which one, what is wrong, how to mend it."""
    return list(_plugins().problems.values())


def policy_catalogue() -> list[Policy]:
    """All policies that are installed, plugins included, by name, the newest version of a name last.

    A plugin that cannot be used is left out, and told by `plugin_problems`.
    """
    return sorted((*_shipped(), *_plugins().policies), key=lambda spec: (spec.name, spec.age))


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
    found = _named(wanted)
    if not found:
        raise _unknown_policy(name.strip().lower())
    if not version:
        return found[-1]
    for spec in found:
        if spec.version == version:
            return spec
    labels = [spec.label for spec in found]
    near = nearest_versions(version, labels)
    hint = f"did you mean {near[0]}? " if near and len(labels) > 1 else ""
    raise PolicyError(f"policy {wanted!r} has no version {version!r}; {hint}there is {', '.join(labels)}")


def _named(name: str) -> list[Policy]:
    """The versions of a policy, the newest last. Plugins are not looked for when a shipped one is called so."""
    found = _shipped(name) or [spec for spec in _plugins().policies if spec.name == name]
    return sorted(found, key=lambda spec: spec.age)


def _unknown_policy(wanted: str) -> PolicyError:
    catalogue = policy_catalogue()
    near = nearest_policies(wanted, catalogue)
    known = ", ".join(dict.fromkeys(spec.name for spec in catalogue))
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {known}"
    problem = _plugins().problems.get(wanted.partition("@")[0])
    left_out = "" if problem is None else f"; {problem}"
    return PolicyError(f"unknown policy {wanted!r}; {hint} (`memview policies` lists them){left_out}")


def _unknown_algorithm(name: str, where: str, known: Iterable[str]) -> PolicyError:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
    return PolicyError(f"{where}: policy.eviction: unknown algorithm {name!r}; {hint}")


def _plugin_label(algorithm: str) -> str | None:
    """The label of the plugin whose own eviction is called `algorithm`: its label, or its name for the newest."""
    plugins = _plugins()
    if algorithm in plugins.evictions:
        return algorithm
    labels = [spec.label for spec in _named(algorithm) if spec.label in plugins.evictions]
    return labels[-1] if labels else None


def check_eviction(spec: PolicySpec, where: str) -> None:
    """Raise PolicyError unless the eviction algorithm of `spec` exists and takes its parameters."""
    if spec.eviction in EVICTION:
        check_parameters(eviction_class(spec.eviction), spec.eviction, spec.parameters, where)
        return
    label = _plugin_label(spec.eviction)
    if label is None:
        raise _unknown_algorithm(spec.eviction, where, [*EVICTION, *_plugins().evictions])
    check_parameters(_plugins().evictions[label], spec.eviction, spec.parameters, where)


def knows_the_future(spec: PolicySpec) -> bool:
    """Whether the policy looks at references to come: a yardstick, which no running agent can use."""
    label = None if spec.eviction in EVICTION else _plugin_label(spec.eviction)
    if label is None and spec.eviction not in EVICTION:
        return False
    factory = eviction_class(spec.eviction) if label is None else _plugins().evictions[label]
    return takes_future(factory)


def create_eviction(spec: PolicySpec, seed: int, capacity: int, future: Future) -> EvictionPolicy:
    """A fresh instance of the policy's eviction algorithm for a core of `capacity` tokens.

    Only an offline algorithm looks into the `future`. Raises PolicyError as `check_eviction` does. That of a plugin is
    guarded: what it raises, here or later, is a PolicyError that names it.
    """
    check_eviction(spec, spec.label)
    given = {"seed": seed, "capacity": capacity, "future": future}
    if spec.eviction in EVICTION:
        return construct(eviction_class(spec.eviction), given, spec.parameters)
    label = _plugin_label(spec.eviction) or spec.eviction
    factory, who = _plugins().evictions[label], f"policy {label} ({_plugins().sources[label]})"
    made = call_foreign(who, "when it was made", lambda: construct(factory, given, spec.parameters))
    return GuardedEviction(made, who)


def create_compaction(spec: PolicySpec) -> Compaction | None:
    """A fresh instance of the policy's window compaction, or None when it has none. Raises PolicyError for a bad one.

    That of a plugin is guarded, as its eviction is.
    """
    if spec.compaction is None:
        return None
    label = spec.compaction.algorithm
    if "@" in label and label in _plugins().compactions:
        factory, who = _plugins().compactions[label], f"policy {label} ({_plugins().sources[label]})"
        settings = spec.compaction.settings
        made = call_foreign(who, "when it was made", lambda: construct(factory, {}, settings))
        return GuardedCompaction(made, who)
    from memview.policies.compaction.registry import create_compaction as create

    return create(spec)


def create_write_rule(spec: PolicySpec) -> SharedWriteRule:
    """The policy's rule for conflicting writes of several agents."""
    from memview.policies.lifecycle.shared_writes import write_rule

    return write_rule(spec)


def create_lifecycle(spec: PolicySpec) -> LifecycleCaretaker | None:
    """A fresh caretaker by the policy's lifecycle, or None when it has none."""
    if spec.lifecycle is None:
        return None
    from memview.policies.lifecycle.caretaker import LifecycleCaretaker

    return LifecycleCaretaker(spec.lifecycle)
