"""Borrowed authority: a text that speaks as system, administrator or maker, or gives the model a new self."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import first_match, hints, meets
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit

MARKUP = Rule("chat markup", 0.85, "carries the marks of a chat protocol, as if it were a turn of the system", True)
NOTICE = Rule("system notice", 0.7, "claims to be a notice of the system or of a policy that changes the orders", True)
OFFICE = Rule("claimed office", 0.7, "speaks as administrator, developer or maker to give an order", True)
PERSONA = Rule("new identity", 0.7, "gives the assistant another self without its limits", True)
RULES = (MARKUP, NOTICE, OFFICE, PERSONA)

_HINTS = {
    MARKUP: hints("system assistant inst sys im endoftext instruction instructions"),
    NOTICE: hints(
        "system admin administrator security safety developer operator compliance memory policy policies protocol "
        "directive instructions instruction"
    ),
    OFFICE: hints(
        "admin administrator developer developers creator creators openai anthropic deepmind operator owner "
        "superuser root sudo"
    ),
    PERSONA: hints(
        "now mode called dan special pretend behave act bound limited restricted free freed ethics rules "
        "restrictions longer"
    ),
}
_PHRASES = {
    NOTICE: (
        " update",
        " notice",
        " message",
        " override",
        " directive",
        " note",
        " prompt",
        " instruction",
        " command",
        " alert",
        " announcement",
        "-update",
        "policy",
        "policies",
        "protocol",
        " change",
    ),
    PERSONA: (
        "from now",
        "are now",
        "'re now",
        "be now",
        "be called",
        "are called",
        "turned",
        "special agent",
        "no longer",
        " mode",
        "anything now",
        "rules",
        "ethics",
        "restrictions",
        "limits",
        "guidelines",
        "confines",
        "policies",
        "language model",
        "morals",
        "filter",
    ),
}
_END = hints("end")
_FENCES = ("---", "===", "%%%", "###", "[end", "<end")
HINTS = _END.union(*_HINTS.values())


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit of each rule."""
    if "end" in reading.words and any(fence in reading.lower for fence in _FENCES):
        match = first_match(_breakout(), reading, _END)
        if match is not None:
            yield hit(MARKUP, reading.plain[match.start() : match.end() + 60])
    for rule, words in _HINTS.items():
        if not meets(reading, words):
            continue
        match = first_match(_patterns()[rule], reading, words, _PHRASES.get(rule, ()))
        if match is not None:
            yield hit(rule, reading.plain[match.start() : match.end() + 60])


@cache
def _breakout() -> re.Pattern[str]:
    """`--- end of document ---`: what follows would be read as something else."""
    return re.compile(
        r"(?:---|===|%%%|###|\[|<) ?end (?:of )?(?:user|context|document|prompt|system|data|text|email|input)\b"
    )


@cache
def _patterns() -> dict[Rule, re.Pattern[str]]:
    order = (
        r"(?:you|the assistant|assistant|agents?|all (?:agents|assistants|models)|must|from now on|ignore|"
        r"disregard|"
        r"effective immediately|always|never|do not|don't|previous|prior|no longer|supersede|override|"
        r"revoke)"
    )
    office = (
        r"(?:system |database |your |network |security |chief |lead )?(?:administrator|admin|developers?|"
        r"creators?|"
        r"operator|system owner|superuser|root user|openai|anthropic|google deepmind)"
    )
    return {
        MARKUP: re.compile(
            r"<\|\w{2,20}\|>|\[/?inst\]|<</?sys>>|</?system>|[\[{<]\s?/?system\b[^\n]{0,30}[:\]}>]|"
            r"(?:^|\n)\s{0,8}(?:system|assistant)\s?: ?(?:you |ignore|disregard|new |from now|this |always|never|the "
            r"user)|"
            r"#{2,4} ?(?:system|new instructions?|instruction) ?(?::|\n|$)"
        ),
        NOTICE: re.compile(
            r"\b(?:system|admin(?:istrator)?|security|safety|developer|operator|compliance|memory)[ -](?:\w{1,14} )?"
            r"(?:update|notice|message|override|directive|note|prompt|instruction|command|alert|announcement)s?"
            rf"\b[^\n]{{0,80}}?\b{order}\b|"
            r"\b(?:new|updated|revised) (?:system |security |safety |company |operating )?(?:policy|policies|"
            r"directive|protocol|"
            rf"system prompt|instructions?)\b ?(?::|-|is|takes|effective|applies|in force)[^\n]{{0,60}}?\b{order}\b|"
            r"\b(?:policy|protocol|security) (?:update|change|override)\b ?(?::|-)?[^\n]{0,60}?"
            r"\b(?:assistant|ignore|disregard|you (?:must|are|may|should|can|will)|no longer (?:apply|need|required))\b"
        ),
        OFFICE: re.compile(
            rf"\b(?:as|i am|i'm|this is|speaking as|on behalf of|on the authority of|per|by order of|message from) "
            rf"(?:the |your |an? )?{office}\b[^.\n]{{0,50}}?(?:,|\bi\b|:|-)[^.\n]{{0,30}}?"
            r"\b(?:order|instruct|command|authoriz|authoris|grant|require|demand|direct|permit|hereby|you (?:must|"
            r"are|may|should|can|will|need)"
            r"|ignore|disregard|override|reveal|disable|tell you|want you|need you)|"
            r"\b(?:approved|authoriz?sed|authorized|sponsored|sanctioned|mandated) (?:explicitly )?by "
            rf"(?:explicitly )?(?:the |your )?{office}\b|\b(?:admin|root|developer|sudo) (?:override|access granted|"
            rf"mode (?:is )?(?:now )?(?:enabled|activated))\b"
        ),
        PERSONA: re.compile(
            r"\bfrom now on,? (?:you (?:are|will (?:be|act|answer|respond|reply)|act|behave|reply as|respond as|"
            r"answer as|pretend|have no)|act as|pretend|behave|call yourself)|"
            r"\b(?:you are|you're|you will be) now (?:an? |the |called |known |in |going |being |free|dan\b|"
            r"unrestricted|no longer)|"
            r"\byou (?:are|will be) (?:being )?(?:called|turned|special agent|no longer (?:an? )?(?:ai|assistant|"
            r"bound|restricted))|"
            r"\byou will be called \w{1,20} from now|"
            r"\b(?:dan|developer|jailbreak|god|apophis|evil|unrestricted|unfiltered|debug|maintenance|sudo) mode\b"
            r"(?= (?:is |on[.,:!]|enabled|activated|now|you|where)|[.,!])(?=[^\n]{0,120}\byou\b)|"
            r"\bdo anything now\b|\b(?:not (?:bound|limited|restricted)|free|freed) (?:by|from|of) "
            r"(?:\w{1,12} ){0,4}(?:rules|restrictions|limits|guidelines|language model|policies|confines)|"
            r"\b(?:pretend|act|behave)(?: to be| to| as if| as though| like)? (?:you )?(?:have no|had no|without|"
            r"to have "
            r"forgotten|are not bound|"
            r"forgot|have forgotten)[^.\n]{0,40}\b(?:rules|restrictions|limits|guidelines|ethics|filters?|"
            r"instructions)|"
            r"\ban? (?:ai|assistant|model) without (?:any )?(?:ethics|rules|limits|restrictions|filters?|morals)\b|"
            r"\b(?:does|do) not follow (?:any )?(?:rules|instructions?|guidelines)\b"
        ),
    }
