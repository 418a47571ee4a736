"""The promotion rule of a policy: whether a faulting page comes into the core, and on what grounds."""

from __future__ import annotations

from memview.expressions import Expression, Witness

Grounds = tuple[str, str | None, float, float | None]
"""Why: a reason template, the signal's name, its value, its threshold."""

Signal = float | str | bool | None

_MOST_VERDICTS = 4096


class PromotionRule:
    """An expression that remembers its verdicts: the same signals come again at nearly every fault."""

    def __init__(self, expression: Expression) -> None:
        self._expression = expression
        self.names = tuple(sorted(expression.names))
        self._verdicts: dict[tuple[Signal, ...], tuple[bool, Grounds]] = {}

    def verdict(self, values: tuple[Signal, ...]) -> tuple[bool, Grounds]:
        """The verdict on signals with these values, in the order of `names`."""
        known = self._verdicts.get(values)
        if known is None:
            wanted, witness = self._expression.decide(dict(zip(self.names, values, strict=True)))
            known = (wanted, _grounds(witness))
            if len(self._verdicts) >= _MOST_VERDICTS:
                self._verdicts.clear()
            self._verdicts[values] = known
        return known


def _grounds(witness: Witness | None) -> Grounds:
    """The comparison that the decision rests on."""
    if witness is None or witness.value is None:
        return ("no condition" if witness is None else witness.name, None, 0.0, None)
    name = witness.name.replace("{", "{{").replace("}", "}}")
    operator = witness.operator if witness.holds else f"is not {witness.operator}"
    if witness.threshold is None:
        return (f"{name} {{value:g}}", witness.name, witness.value, None)
    return (f"{name} {{value:g}} {operator} {{threshold:g}}", witness.name, witness.value, witness.threshold)
