"""Settings of a preset, checked and dealt out to the parts that take them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import Field, field, fields
from typing import Any, TypeVar

from memview.model.display import printable
from memview.model.errors import PolicyError

Settings = Mapping[str, float | str | bool]
Part = TypeVar("Part")

_NOUNS = {"int": "a whole number", "float": "a number", "str": "a name"}


def number(default: float, low: float, high: float) -> float:
    """A dataclass field for a number of at least `low` and at most `high`."""
    made: float = field(default=default, metadata={"low": low, "high": high})
    return made


def whole(default: int, low: int) -> int:
    """A dataclass field for a whole number of at least `low`."""
    made: int = field(default=default, metadata={"low": low, "high": 1_000_000_000})
    return made


def choice(default: str, *names: str) -> str:
    """A dataclass field for one of `names`."""
    made: str = field(default=default, metadata={"names": names})
    return made


def make(part: type[Part], settings: Settings, where: str) -> Part:
    """A `part`, a dataclass, with the settings that it takes. Raises PolicyError for a value that cannot be."""
    taken = {}
    for each in _fields(part):
        if each.name in settings:
            taken[each.name] = _checked(each, settings[each.name], f"{where}.{each.name}")
    return part(**taken)


def names_of(parts: Iterable[type[object]]) -> list[str]:
    """The settings that `parts` take, each once."""
    return list(dict.fromkeys(each.name for part in parts for each in _fields(part)))


def refuse_unknown(settings: Settings, known: list[str], where: str) -> None:
    """Raise PolicyError for the first setting that no part takes, with the nearest name."""
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"the parts chosen here take {', '.join(known) or 'none'}"
            raise PolicyError(f"{where}.{printable(name)}: unknown setting; {hint}")


def chosen(settings: Settings, name: str, among: Mapping[str, object], default: str, where: str) -> str:
    """The name of a part: the setting `name`, which has to be one of `among`. Raises PolicyError."""
    wanted = settings.get(name, default)
    if isinstance(wanted, str) and wanted in among:
        return wanted
    near = difflib.get_close_matches(str(wanted), among, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(among)}"
    raise PolicyError(f"{where}.{name}: unknown {name} {printable(str(wanted))[:60]!r}; {hint}")


def _fields(part: type[object]) -> list[Field[Any]]:
    return [each for each in fields(part) if each.init]  # type: ignore[arg-type]


def _checked(each: Field[Any], value: float | str | bool, where: str) -> float | str | bool:
    kind = str(each.type)
    if kind == "float" and type(value) is int:
        value = float(value)
    if kind == "int" and isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value).__name__ != kind:
        raise PolicyError(f"{where}: expected {_NOUNS[kind]}, found {printable(str(value))[:60]!r}")
    names = each.metadata.get("names")
    if names is not None and value not in names:
        raise PolicyError(f"{where}: {printable(str(value))[:60]!r} is unknown; known: {', '.join(names)}")
    if "low" in each.metadata and not each.metadata["low"] <= value <= each.metadata["high"]:
        low, high = each.metadata["low"], each.metadata["high"]
        raise PolicyError(f"{where}: expected {_NOUNS[kind]} from {low:g} to {high:g}, found {value}")
    return value
