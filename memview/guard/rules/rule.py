"""What a rule is, and what it leaves when it finds something."""

from __future__ import annotations

from dataclasses import dataclass

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape that is looked for. `weight` is 0..1: a text is flagged when one weight reaches its source's bar.

    `speaks_of_messages` marks the families that count in a user's own message, where orders are normal: overrides,
    impersonation, exfiltration and hidden text.
    """

    name: str
    weight: float
    description: str
    speaks_of_messages: bool = False


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One rule and the words that it found, at most 100 characters of them."""

    rule: Rule
    excerpt: str

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def weight(self) -> float:
        return self.rule.weight


def hit(rule: Rule, words: str) -> RuleHit:
    """`rule` with `words` cut to what is shown, on one line."""
    return RuleHit(rule, " ".join(words[: 2 * _SHOWN].split())[:_SHOWN])
