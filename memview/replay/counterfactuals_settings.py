"""Which change of one number of the policy would keep an item: the nearest that was found to, each tried by replay.

Every number is moved outwards in steps that double, and once a value keeps the item, back by halves. Between two values
that were tried there may be others that do something else: what is told is a value that was replayed, and how near to
the present one the nearest value is that was found not to keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from memview.kernel.retrieval.settings import RetrievalSettings
from memview.model.errors import MemviewError
from memview.model.policy_spec import PolicySpec
from memview.replay.changes import SetParameter
from memview.replay.changes_policy import Parameter, change_policy, parameters_of

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_DOWN, _UP = (0.7, 0.3, 0.0), (1.3, 3.0, 16.0)
_HALVINGS = 6
_SHARES = frozenset({"min_score_ratio"})
_NOT_FOR_THIS = frozenset({"readahead", "pool", *RetrievalSettings._fields})
"""What changes what is searched, or how: every value would need a ranking of its own."""

Keeps = Callable[[PolicySpec], bool]


@dataclass(frozen=True, slots=True)
class SettingAnswer:
    """`change` keeps the item; `name` is the number (a `promote_if` threshold by its comparison), `now` its value.

    `nearest_lost` is the value nearest to `value` that was tried and loses it. `change` is None when none of the
    values tried keeps it.
    """

    name: str
    now: float
    value: float | None = None
    nearest_lost: float | None = None
    change: SetParameter | None = None


@dataclass(frozen=True, slots=True)
class _Dial:
    """One number of a policy; `change` gives the change that sets it."""

    name: str
    now: float
    is_whole: bool
    highest: float | None
    change: Callable[[float], SetParameter]


def setting_answers(spec: PolicySpec, keeps: Keeps) -> Iterator[SettingAnswer]:
    """One answer for every number of `spec` that decides who comes into the core or leaves it."""
    for dial in _dials(spec):
        yield _answer(spec, dial, keeps)


def _dials(spec: PolicySpec) -> Iterator[_Dial]:
    yield from _thresholds(spec.promote_if)
    for parameter in parameters_of(spec):
        value = parameter.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if parameter.path in _NOT_FOR_THIS or parameter.path.startswith(("compaction.", "lifecycle.")):
            continue
        yield _dial_of(parameter, value)


def _dial_of(parameter: Parameter, value: float) -> _Dial:
    path, is_whole = parameter.path, isinstance(value, int)

    def change(number: float) -> SetParameter:
        return SetParameter(path, int(number) if is_whole else number)

    return _Dial(path, value, is_whole, 1.0 if path in _SHARES else None, change)


def _thresholds(promote_if: str) -> Iterator[_Dial]:
    for match in _NUMBER.finditer(promote_if):
        before, after = promote_if[: match.start()], promote_if[match.end() :]

        def change(number: float, before: str = before, after: str = after) -> SetParameter:
            return SetParameter("promote_if", f"{before}{number:g}{after}")

        compared = re.search(r"([a-z_]+)\s*(?:<=?|>=?|==)\s*$", before)
        name = f"promote_if {compared.group(0).strip()}" if compared else "promote_if"
        is_whole = "." not in match.group() and compared is not None and compared.group(1) != "importance"
        yield _Dial(name, float(match.group()), is_whole, None, change)


def _answer(spec: PolicySpec, dial: _Dial, keeps: Keeps) -> SettingAnswer:
    tried: dict[float, bool] = {dial.now: False}

    def holds(value: float) -> bool:
        if value not in tried:
            tried[value] = keeps_with(spec, dial.change(value), keeps)
        return tried[value]

    found = _first_outward(dial, holds)
    if found is None:
        return SettingAnswer(dial.name, dial.now)
    kept, lost = found
    for _ in range(_HALVINGS):
        middle = _between(kept, lost, is_whole=dial.is_whole)
        if middle in (kept, lost):
            break
        if holds(middle):
            kept = middle
        else:
            lost = middle
    return SettingAnswer(dial.name, dial.now, kept, lost, dial.change(kept))


def keeps_with(spec: PolicySpec, change: SetParameter, keeps: Keeps) -> bool:
    """Whether `spec` with `change` keeps the item; a value that no policy can have does not."""
    try:
        return keeps(replace(change_policy(spec, change), version=spec.version))
    except MemviewError:
        return False


def _first_outward(dial: _Dial, holds: Callable[[float], bool]) -> tuple[float, float] | None:
    """A value that keeps the item and the one before it on the way out that does not."""
    before = {-1: dial.now, 1: dial.now}
    for step in range(len(_UP)):
        for direction in (-1, 1):
            value = _outward(dial, step, direction)
            if value == before[direction]:
                continue
            if holds(value):
                return value, before[direction]
            before[direction] = value
    return None


def _outward(dial: _Dial, step: int, direction: int) -> float:
    """The value `step` steps away; the last one down is 0."""
    factor = (_DOWN if direction < 0 else _UP)[step]
    value = dial.now * factor if dial.now else factor - (direction > 0)
    if dial.is_whole:
        near = dial.now + direction * (step + 1)
        value = max(0, min(near, int(value))) if direction < 0 else max(near, int(value))
    return value if dial.highest is None else min(dial.highest, value)


def _between(kept: float, lost: float, *, is_whole: bool) -> float:
    if is_whole:
        return (int(kept) + int(lost)) // 2
    middle = (kept + lost) / 2
    return float(f"{middle:.3g}")
