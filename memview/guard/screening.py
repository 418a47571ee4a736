"""Screening a text by its shape: which rules it meets, what they weigh, and whether its source allows that.

The shape is judged sentence by sentence, so benign text around an order does not make up for it. A preference hijack
("the user prefers vendor Z") has the shape of any preference: it cannot be told from the content, only by provenance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from memview.guard.reading import Reading
from memview.guard.rules import (
    authority,
    code,
    core_blocks,
    directives,
    exfiltration,
    hidden,
    other_languages,
    overrides,
    questions,
    self_copy,
    triggers,
)
from memview.guard.rules.rule import Rule, RuleHit

Source = Literal["fact", "message", "document", "note"]
SOURCES: tuple[Source, ...] = ("fact", "message", "document", "note")
"""A `fact` is a statement about somebody, a `note` what an agent or its user keeps, with a reminder here and there."""

_BARS: dict[Source, float] = {"fact": 0.3, "document": 0.5, "message": 0.7, "note": 0.5}
_BY_WORDS = (authority, code, core_blocks, exfiltration, overrides, self_copy, triggers)
"""Families that have no chance in a text without any word of the vocabulary."""
_BY_GRAMMAR = (directives, questions, other_languages)
_FAMILIES = (*_BY_WORDS, *_BY_GRAMMAR)
_MESSAGE_FAMILIES = (authority, exfiltration, overrides)
_COMMENT_BAR = 0.35
_VOCABULARY = frozenset(
    word.encode()
    for family in (authority, code, core_blocks, exfiltration, other_languages, overrides, self_copy, triggers)
    for word in family.HINTS
)
"""Every word that a rule looks for before it reads more."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found. `score` is 0..1, the heaviest rule; `rules` the rules met, heaviest first, each once."""

    flagged: bool
    score: float
    rules: tuple[RuleHit, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(found.name for found in self.rules)


NOTHING = Screening(False, 0.0, ())


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by family."""
    return tuple(rule for family in (*_FAMILIES, hidden) for rule in family.RULES)


def bar_of(source: Source) -> float:
    """The weight from which one rule flags a text of `source`."""
    return _BARS[source]


def screen(text: str, source: Source) -> Screening:
    """Judge `text` by the bar of `source`. Pure, deterministic, linear in the length of the text; never raises.

    Facts and documents meet every rule. A message, where a person's own orders are normal, meets those of override,
    impersonation, exfiltration and hidden text only.
    """
    hits: dict[str, RuleHit] = {}
    for found in _hits(text, source):
        hits.setdefault(found.name, found)
    if not hits:
        return NOTHING
    ordered = tuple(sorted(hits.values(), key=lambda found: (-found.weight, found.name)))
    return Screening(ordered[0].weight >= _BARS[source], ordered[0].weight, ordered)


def _hits(text: str, source: Source) -> Iterator[RuleHit]:
    reading = Reading(text, _VOCABULARY)
    yield from hidden.find(reading)
    for payload in hidden.payloads(reading):
        yield from _hidden_order(payload)
    if source == "message":
        for family in _MESSAGE_FAMILIES:
            yield from (found for found in family.find(reading) if found.rule.speaks_of_messages)
        return
    if reading.words or reading.has_other_script:
        for family in _BY_WORDS:
            yield from family.find(reading)
    for family in _BY_GRAMMAR:
        yield from family.find(reading)


def _hidden_order(payload: str) -> Iterator[RuleHit]:
    reading = Reading(payload, _VOCABULARY)
    for family in _FAMILIES:
        for found in family.find(reading):
            if found.weight > _COMMENT_BAR:
                yield RuleHit(hidden.COMMENT, found.excerpt)
                return
