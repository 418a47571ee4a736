"""Changes of a policy: one key of what a policy file can say, with another value, checked as a policy file is."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from memview.model.errors import PolicyError
from memview.model.policy_spec import PolicySpec
from memview.policies.construction import GIVEN
from memview.policies.registry import EVICTION, check_eviction, create_compaction, eviction_class
from memview.replay.changes import ChangeError, SetParameter

Value = float | str | bool | None

_FIXED = frozenset({"name", "version", "family", "provenance", "summary"})
_PARTS = frozenset({"parameters", "compaction", "lifecycle"})
_LATER = frozenset({"core_budget_tokens", "retrieval_budget_tokens", "window_budget_tokens"})
"""Budgets have a change of their own, which goes before these."""

_MARK = "-what-if"
_LONGEST_VERSION = 33


@dataclass(frozen=True, slots=True)
class Parameter:
    """A key of a policy that a what-if can change, with its present value; `is_own` is False for a default."""

    path: str
    value: Value
    is_own: bool = True

    @property
    def text(self) -> str:
        """The value as a person writes it; empty for none."""
        if self.value is None:
            return ""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    def parse(self, text: str) -> Value:
        """The value that a person wrote, of the kind of the present one. Raises ChangeError."""
        text = text.strip()
        if not text:
            return None
        if isinstance(self.value, bool):
            return _truth(self.path, text)
        if isinstance(self.value, str):
            return text
        return _number(self.path, text, is_whole=isinstance(self.value, int) or self.value is None)


def parameters_of(spec: PolicySpec) -> list[Parameter]:
    """All that `SetParameter` can change in `spec`: its own keys, those of its eviction, compaction and lifecycle."""
    found = [
        Parameter(field.name, getattr(spec, field.name))
        for field in fields(PolicySpec)
        if field.name not in _FIXED | _PARTS | _LATER
    ]
    found += [
        Parameter(f"parameters.{name}", spec.parameters.get(name, default), is_own=name in spec.parameters)
        for name, default in _eviction_parameters(spec).items()
    ]
    if spec.compaction is not None:
        found.append(Parameter("compaction.algorithm", spec.compaction.algorithm))
        found += [Parameter(f"compaction.settings.{name}", value) for name, value in spec.compaction.settings.items()]
    if spec.lifecycle is not None:
        found += [
            Parameter(f"lifecycle.{field.name}", getattr(spec.lifecycle, field.name))
            for field in fields(spec.lifecycle)
            if field.name != "forget"
        ]
    return found


def parse_parameter(spec: PolicySpec, path: str, text: str) -> SetParameter:
    """The change that a person wrote as `path` and `text`. Raises ChangeError for a key that there is not."""
    known = next((each for each in parameters_of(spec) if each.path == path), None)
    if known is None:
        raise ChangeError(_unknown(spec, path))
    return SetParameter(path, known.parse(text))


def change_policy(spec: PolicySpec, change: SetParameter) -> PolicySpec:
    """`spec` with `change`, its version marked `-what-if`. Raises ChangeError when no policy can be so."""
    if all(each.path != change.path for each in parameters_of(spec)):
        raise ChangeError(_unknown(spec, change.path))
    part, _, rest = change.path.partition(".")
    if part == "parameters":
        changed = replace(spec, parameters=_with(spec.parameters, rest, change.value))
    elif part == "compaction" and spec.compaction is not None:
        if rest == "algorithm":
            compaction = replace(spec.compaction, algorithm=str(change.value))
        else:
            settings = _with(spec.compaction.settings, rest.partition(".")[2], change.value)
            compaction = replace(spec.compaction, settings=settings)
        changed = replace(spec, compaction=compaction)
    elif part == "lifecycle" and spec.lifecycle is not None:
        changed = replace(spec, lifecycle=replace(spec.lifecycle, **_field(type(spec.lifecycle), rest, change)))
    else:
        changed = replace(spec, **_field(PolicySpec, part, change))
    if part == "eviction":
        changed = _with_eviction(changed, str(changed.eviction))
    _check(changed)
    return replace(changed, version=_marked(spec.version))


def _field(owner: type, name: str, change: SetParameter) -> dict[str, Any]:
    """One argument of `dataclasses.replace`; `_check` looks at its type."""
    default = next(field.default for field in fields(owner) if field.name == name)
    return {name: change.value if change.value is not None or default is MISSING else default}


def _with_eviction(spec: PolicySpec, name: str) -> PolicySpec:
    """Another eviction algorithm, with those of the parameters that it takes as well."""
    spec = replace(spec, eviction=name.lower())
    if spec.eviction not in EVICTION:
        return spec
    taken = inspect.signature(eviction_class(spec.eviction)).parameters
    return replace(spec, parameters={key: value for key, value in spec.parameters.items() if key in taken})


def _with(mapping: Mapping[str, Any], name: str, value: Value) -> dict[str, Any]:
    """`mapping` with another value in the same place, a new one at its end, or without it for None."""
    changed = {**mapping, name: value}
    return {key: each for key, each in changed.items() if key != name or value is not None}


def _check(spec: PolicySpec) -> None:
    from memview.policies.policy_file import check_fields

    try:
        check_fields(spec)
        check_eviction(spec, spec.label)
        create_compaction(spec)
    except PolicyError as error:
        raise ChangeError(str(error).removeprefix(f"{spec.label}: ")) from None


def _marked(version: str) -> str:
    """The version tells a changed policy from the one that it was, in every event."""
    if version.endswith(_MARK) or len(version) + len(_MARK) > _LONGEST_VERSION:
        return version
    return version + _MARK


def _eviction_parameters(spec: PolicySpec) -> dict[str, float]:
    """The numbers that the eviction algorithm takes, with their defaults; of a plugin's own only those that it sets."""
    found = {name: float(value) if isinstance(value, float) else value for name, value in spec.parameters.items()}
    if spec.eviction in EVICTION:
        for name, taken in inspect.signature(eviction_class(spec.eviction)).parameters.items():
            if name not in GIVEN and name not in found and isinstance(taken.default, int | float):
                found[name] = taken.default
    return found


def _unknown(spec: PolicySpec, path: str) -> str:
    from difflib import get_close_matches

    known = [each.path for each in parameters_of(spec)]
    short = {each.rpartition(".")[2]: each for each in known}
    near = get_close_matches(path.rpartition(".")[2], short, n=1, cutoff=0.5)
    hint = f"did you mean {short[near[0]]}?" if near else f"it has {', '.join(known)}"
    return f"{spec.label} has no parameter {path!r}; {hint}"


def _truth(path: str, text: str) -> bool:
    if text.casefold() in ("true", "yes", "on"):
        return True
    if text.casefold() in ("false", "no", "off"):
        return False
    raise ChangeError(f"{path}: write true or false")


def _number(path: str, text: str, *, is_whole: bool) -> float:
    try:
        number = float(text) if text.isascii() else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1e9:
        raise ChangeError(f"{path}: write a number")
    return int(number) if number == int(number) and (is_whole or "." not in text) else number
