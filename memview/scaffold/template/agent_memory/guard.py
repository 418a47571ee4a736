"""The guard: what may be poisoned or secret is held back until a person approves it.

Provenance goes first: what is derived from a document or from the web is trusted as little as its
source. Shape goes second: text that came from such a source and gives orders is held back. A user's
own words and what the model wrote from them are held to the severe rules only, because there orders
are normal ("always answer in French").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .records import UNTRUSTED, Message, Trust, least_trusted

_VERBS = (
    "add|append|always|apply|buy|call|change|click|contact|copy|delete|disclose|do not|don't|"
    "download|email|ensure|execute|export|fetch|follow|forward|give|ignore|include|insert|install|"
    "mention|navigate|never|open|output|pay|post|print|promote|provide|publish|read|recommend|"
    "redirect|remember|remove|repeat|replace|reply|respond|reveal|run|say|send|share|show|sign|"
    "start|stop|store|submit|suggest|tell|transfer|translate|upload|use|visit|write"
)
_SEVERE = {
    "override": r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|all|any|future|your)\b[^.\n]{0,30}"
    r"\b(?:instructions?|rules?|prompts?|messages?|guidelines?|polic(?:y|ies))\b",
    "hidden text": "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]",
}
_SHAPE = {
    "imperative": rf"(?m)(?:^|[.!?:;]\s+)[\s\"'*>-]*(?:please\s+|now\s+)?(?:{_VERBS})\b",
    "obligation": r"\byou\s+(?:must|should|shall|have to|need to|are (?:now |required)|will now)\b",
    "trigger": r"\b(?:when|whenever|if|once|every time)\b[^.\n]{0,60}\b(?:user|asks?|asked|"
    r"mentions?|someone|anyone|prompted)\b",
    "impersonation": r"(?m)^\s*[\[<#*]*\s*(?:system|developer|assistant|admin(?:istrator)?)\s*"
    r"(?:message|prompt|note|notice|update|override|policy)?\s*[\]>*]*\s*:",
    "authority": r"\b(?:system|security|admin(?:istrator)?)\s+"
    r"(?:policy|prompt|update|override|notice)\b",
    "exfiltration": r"\b(?:send|forward|post|upload|email|leak|exfiltrate)\b[^.\n]{0,80}"
    r"(?:https?://|\S+@\S+\.\w|\b(?:password|credential|token|api key)s?\b)",
    "comment": r"<!--|\[//\]:\s*#",
    "encoded": r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{60,}={0,2}",
}
SEVERE_RULES = {name: re.compile(rule, re.IGNORECASE) for name, rule in _SEVERE.items()}
SHAPE_RULES = {name: re.compile(rule, re.IGNORECASE) for name, rule in _SHAPE.items()}
SECRET_RULES = {
    "private key": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    "key": re.compile(r"\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,})"),
    "password": re.compile(
        r"\b(?:password|passphrase|api[ _-]?key|secret)\b\s*(?:[:=]\s*\S+|is\s+(?=\S*\d)\S+)",
        re.IGNORECASE,
    ),
}
_WORDS = re.compile(r"\w+")
_MINOR_WORDS = frozenset(
    "a an and are as at be by for from in is it its of on or that the this to was were with".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard thinks of a text: the names of the rules that it met, and its sensitivity."""

    rules: tuple[str, ...] = ()
    sensitivity: str = "normal"

    @property
    def holds_back(self) -> bool:
        """Whether a person has to look first."""
        return bool(self.rules) or self.sensitivity != "normal"

    @property
    def reason(self) -> str:
        """The rules in words, for the agent and for the person who decides."""
        secret = () if self.sensitivity == "normal" else (self.sensitivity,)
        return ", ".join((*self.rules, *secret))


def judge(text: str, trust: Trust) -> Verdict:
    """What is wrong with remembering `text`, which came from a source of class `trust`."""
    rules = SEVERE_RULES if trust not in UNTRUSTED else SEVERE_RULES | SHAPE_RULES
    met = tuple(name for name, rule in rules.items() if rule.search(text))
    secret = any(rule.search(text) for rule in SECRET_RULES.values())
    return Verdict(met, "credential" if secret else "normal")


def mask_secrets(text: str) -> str:
    """`text` with each credential replaced by a note of its kind."""
    for name, rule in SECRET_RULES.items():
        text = rule.sub(f"[{name} masked]", text)
    return text


def trust_of_derived(text: str, window: Iterable[Message], turn_id: str) -> Trust:
    """How far `text`, which the model wrote in turn `turn_id`, may be trusted; at most `model`.

    It is the user's own when the user's messages hold at least half of its words and no untrusted
    message holds as many. Otherwise it takes the trust of the untrusted messages that the model
    read in this turn, and of older ones that hold at least half of its words. Erring on the side
    of distrust costs an approval; the other error would let a web page write to the core.
    """
    words = _content_words(text)
    users: set[str] = set()
    shares: list[tuple[float, Message]] = []
    for message in window:
        if message.trust in UNTRUSTED:
            shares.append((_share(words, _content_words(message.text)), message))
        elif message.role == "user":
            users |= _content_words(message.text)
    own = _share(words, users)
    if own >= 0.5 and all(share < own for share, _ in shares):
        return "model"
    tainting = [message.trust for share, message in shares if message.turn_id == turn_id or share >= 0.5]
    return least_trusted("model", *tainting)


def _content_words(text: str) -> set[str]:
    return set(_WORDS.findall(text.casefold())) - _MINOR_WORDS


def _share(words: set[str], among: set[str]) -> float:
    """The share of `words` that occur `among` others; 0 when there are none."""
    return len(words & among) / len(words) if words else 0.0
