"""What a kernel will decide by, as a value: two kernels with equal states go on alike under equal budgets.

Runs under thousands of budgets part at an eviction and soon stand at the same place again; this is how that is noticed.
What is not known to be harmless counts as different, so that the worst that can happen is work done twice.
"""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Hashable, Iterator

from memview.expressions import Expression
from memview.kernel.assembler import Assembler
from memview.kernel.event_log import EventLog
from memview.kernel.foresight import Foresight
from memview.kernel.guard import Guard
from memview.kernel.intake import Intake
from memview.kernel.items import ItemTable
from memview.kernel.kernel import Kernel
from memview.kernel.pager import Pager
from memview.kernel.promotion import PromotionRule
from memview.kernel.protocols import Page
from memview.kernel.recorder import Recorder
from memview.kernel.workload import Demand, Workload
from memview.model.policy_spec import PolicySpec
from memview.model.session import Budgets
from memview.policies.eviction.cache_eviction import CacheEviction
from memview.replay.counterfactuals_meter import MeteredTokens

_PLAIN = (int, float, str, bytes, type(None))

_APART = (
    Workload, Demand, ItemTable, EventLog, PolicySpec, Budgets, PromotionRule, Expression, Foresight, Recorder,
    Guard, Pager, Intake, Assembler,
)  # fmt: skip
"""Of every run the same, or a part that is looked at by itself."""

_SET_BEFORE_USE = frozenset({"now", "log", "_claimed", "_borrowed", "_owned", "retrieved_tokens"})
"""Attributes that every turn, or every operation of a cache, sets before it reads them."""

_OF_PAGES = frozenset({"pages", "eviction"})
_OF_PAGER = _OF_PAGES | {"_uses", "_last_reference"}
_COUNTS = frozenset({"uses", "idle"})
"""Signals of the promotion rule for which references are counted: no one else reads the counts."""

_DEEPEST = 8


def can_meet(kernel: Kernel) -> bool:
    """Whether two runs of this kind can be found to stand at the same place: what a window policy knows is its own."""
    return kernel.compactor is None and kernel.housekeeper is None


def outline_of(kernel: Kernel) -> Hashable:
    """What differs in most kernels that differ at all, quick to make: equal states have equal outlines."""
    window = kernel.recorder.context.window
    return kernel.pager.core_tokens, len(window), next(iter(window), -1), kernel.assembler.window_tokens


def state_of(kernel: Kernel) -> Hashable:
    """The state at the end of a turn of a kernel for which `can_meet` holds."""
    context, pager = kernel.recorder.context, kernel.pager
    eviction = pager.eviction
    residents: Hashable = _state(eviction, 0)
    if isinstance(eviction, CacheEviction):
        # Its pages are for telling why; who leaves is the cache's to say.
        residents = _state(eviction.cache, 0)
    parts = [
        tuple(_attributes(part, 1))
        for part in (kernel.guard, kernel.intake, kernel.assembler, getattr(kernel, "pinning", None))
        if part is not None
    ]
    return (
        residents,
        frozenset(pager.pages),
        tuple(_attributes(pager, 1, without=_OF_PAGER if _COUNTS.isdisjoint(pager.promotion.names) else _OF_PAGES)),
        tuple(context.window),
        tuple(context.summary),
        frozenset(context.lost),
        frozenset(context.cold),
        tuple(parts),
    )


def _state(thing: object, depth: int) -> Hashable:  # noqa: PLR0911  (one for each kind of thing)
    if isinstance(thing, _PLAIN):
        return thing
    if depth > _DEEPEST:
        return object()
    deeper = depth + 1
    if isinstance(thing, dict):
        if set(map(type, thing.values())) <= {int}:
            return tuple(thing.items())
        return tuple([(key, _state(value, deeper)) for key, value in thing.items()])
    if isinstance(thing, (list, tuple, deque)):
        return tuple([_state(value, deeper) for value in thing])
    if isinstance(thing, (set, frozenset)):
        return frozenset(thing)
    if isinstance(thing, (array, bytearray)):
        return bytes(thing)
    if isinstance(thing, MeteredTokens):
        return thing.form
    if isinstance(thing, Page):
        return thing.item, thing.pinned, thing.entered, thing.last_used, thing.uses, thing.relevance
    if isinstance(thing, random.Random):
        return thing.getstate()
    if type(thing).__module__.startswith("memview."):
        return type(thing).__name__, tuple(_attributes(thing, deeper))
    return object()


def _attributes(thing: object, depth: int, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, Hashable]]:
    names = [*getattr(thing, "__dict__", ())]
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    for name in names:
        value = getattr(thing, name, None)
        if name not in _SET_BEFORE_USE and name not in without and not isinstance(value, _APART):
            yield name, _state(value, depth)
