"""Making an algorithm from its class: what it is given, and which parameters it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from memview.model.errors import PolicyError

Made = TypeVar("Made")

GIVEN = ("seed", "capacity", "future")
"""Constructor arguments that are given, not set: the seed, the core's tokens, `memview.kernel.protocols.Future`."""


def check_parameters(factory: Callable[..., object], algorithm: str, parameters: Collection[str], where: str) -> None:
    """Raise PolicyError, beginning with `where`, for a parameter that `factory` does not take."""
    taken = inspect.signature(factory).parameters
    if any(each.kind is each.VAR_KEYWORD for each in taken.values()):
        return
    known = [name for name in taken if name not in GIVEN]
    for name in parameters:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise PolicyError(f"{where}: policy.parameters.{name}: unknown; {algorithm} takes {takes}")


def takes_future(factory: Callable[..., object]) -> bool:
    """Whether `factory` asks for `memview.kernel.protocols.Future`."""
    return "future" in inspect.signature(factory).parameters


def construct(factory: Callable[..., Made], given: Mapping[str, object], parameters: Mapping[str, object]) -> Made:
    """What `factory` makes of `parameters` and of those of `given` that it asks for."""
    asked = inspect.signature(factory).parameters
    return factory(**{name: given[name] for name in GIVEN if name in asked and name in given}, **parameters)
