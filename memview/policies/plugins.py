"""Policies from other packages, found by the entry points of the group `memview.policies`.

A package that brings one has in its pyproject.toml

    [project.entry-points."memview.policies"]
    tidy = "my_package:TIDY"

where `my_package.TIDY` is a `PolicyPlugin`, or is called without arguments and returns one. What cannot be used is
left out and told by `memview.policies.plugin_problems()`; it never stops memview. Nothing is looked for before somebody
asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from inspect import signature
from typing import TYPE_CHECKING

from memview.kernel.protocols import EvictionPolicy
from memview.kernel.window import Compaction
from memview.model.compaction_spec import CompactionSpec
from memview.model.display import printable
from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.guarded import told
from memview.policies.policy import Policy

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "memview.policies"


@dataclass(frozen=True, slots=True)
class PolicyPlugin:
    """A policy from another package: its data, and the classes that it brings.

    `eviction` makes who-leaves-the-core (`memview.kernel.protocols.EvictionPolicy`; `ScoredEviction` is the short way),
    `compaction` what happens to the window (`memview.kernel.window.Compaction`). Without them `policy.eviction` and
    `policy.compaction` name shipped algorithms. A class is given `seed`, `capacity` and `future` when its constructor
    takes them; its other arguments are `policy.parameters`, and for a compaction the settings of `policy.compaction`.
    """

    policy: PolicySpec
    eviction: Callable[..., EvictionPolicy] | None = None
    compaction: Callable[..., Compaction] | None = None


@dataclass(frozen=True, slots=True)
class Plugins:
    """What was found: the policies with their classes by label, and by entry point what is wrong with the others."""

    policies: tuple[Policy, ...]
    evictions: Mapping[str, Callable[..., EvictionPolicy]]
    compactions: Mapping[str, Callable[..., Compaction]]
    sources: Mapping[str, str]
    problems: Mapping[str, str]


def installed_plugins(check: Callable[[Policy, PolicyPlugin], None]) -> Plugins:
    """The plugins of this Python. Runs their modules; whatever they raise becomes a problem.

    `check` raises PolicyError for a policy that the registry cannot take.
    """
    from importlib.metadata import entry_points

    return collect(sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)), check)


def collect(entries: Iterable[EntryPoint], check: Callable[[Policy, PolicyPlugin], None]) -> Plugins:
    """The plugins behind `entries`; of two policies with one label the first is taken."""
    policies: dict[str, Policy] = {}
    evictions: dict[str, Callable[..., EvictionPolicy]] = {}
    compactions: dict[str, Callable[..., Compaction]] = {}
    sources: dict[str, str] = {}
    problems: dict[str, str] = {}
    for entry in entries:
        source = _source_of(entry)
        try:
            plugin = _loaded(entry)
            policy = _policy_of(plugin, source)
            check(policy, plugin)
            if policy.label in policies:
                raise PolicyError(f"{policy.label} is already that of {sources[policy.label]}; rename one of them")
        except (Exception, SystemExit) as error:  # somebody else's code and data: whatever they do, memview goes on
            why = str(error) if isinstance(error, PolicyError) else f"it raised {told(error)}; mend it or uninstall it"
            problems[entry.name.lower()] = printable(f"{source} left out: {why}")
            continue
        policies[policy.label] = policy
        sources[policy.label] = source
        if plugin.eviction is not None:
            evictions[policy.label] = plugin.eviction
        if plugin.compaction is not None:
            compactions[policy.label] = plugin.compaction
    return Plugins(tuple(policies.values()), evictions, compactions, sources, problems)


def _source_of(entry: EntryPoint) -> str:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown package"
    return printable(f"plugin {entry.name!r} of {package}")


def _loaded(entry: EntryPoint) -> PolicyPlugin:
    found = entry.load()
    made = found if isinstance(found, PolicyPlugin) or not callable(found) else found()
    if not isinstance(made, PolicyPlugin):
        raise PolicyError(f"{entry.value} is {_kind(made)}, not a memview.policies.PolicyPlugin; make it one")
    return made


def _policy_of(plugin: PolicyPlugin, source: str) -> Policy:
    """The plugin's policy as the catalogue shows it. Raises PolicyError for one that could not be replayed."""
    from memview.policies.policy_file import check_fields

    if not isinstance(plugin.policy, PolicySpec):
        raise PolicyError(f"its policy is {_kind(plugin.policy)}, not a memview.policies.PolicySpec; make it one")
    check_fields(plugin.policy)
    data = {field.name: getattr(plugin.policy, field.name) for field in fields(PolicySpec)}
    policy = Policy(**data)
    policy = replace(policy, name=policy.name.lower(), provenance=policy.provenance or source)
    if plugin.eviction is not None:
        _require_methods("eviction", plugin.eviction, EvictionPolicy)
        policy = replace(policy, eviction=policy.label)
    if plugin.compaction is not None:
        _require_methods("compaction", plugin.compaction, Compaction)
        settings = policy.compaction.settings if policy.compaction is not None else {}
        policy = replace(policy, compaction=CompactionSpec(policy.label, settings))
    return policy


def _require_methods(part: str, factory: object, protocol: type) -> None:
    if not callable(factory):
        raise PolicyError(f"its {part} is {_kind(factory)}, not a class; give the class itself")
    wanted = [name for name, value in vars(protocol).items() if callable(value) and not name.startswith("_")]
    missing = [name for name in wanted if not callable(getattr(factory, name, None))]
    if isinstance(factory, type) and missing:
        base = "memview.policies.ScoredEviction" if protocol is EvictionPolicy else "memview.kernel.window.Compaction"
        raise PolicyError(f"{factory.__name__} has no {', '.join(missing)}; derive it from {base}")
    try:
        signature(factory)
    except (TypeError, ValueError):
        raise PolicyError(f"the arguments of its {part} cannot be read; give a plain class") from None


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
