"""Orders against orders: forget what you were told, show what you were told, refuse what you will be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import hints, matches, meets
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit

OVERRIDE = Rule("instruction override", 0.9, "tells the assistant to drop its instructions or rules", True)
DISCLOSURE = Rule("prompt disclosure", 0.8, "asks for the assistant's own instructions or secrets", True)
RULES = (OVERRIDE, DISCLOSURE)

_DROPS = hints(
    "ignore ignoring disregard disregarding forget forgetting forgotten override overriding bypass bypassing "
    "discard discarding overlook neglect revoke revoked abandon erase void suspend suspended skip drop aside "
    "cancel cancelled canceled delete following obeying follow obey listen comply adhere accept apply heed "
    "longer superseded overridden null"
)
_SECRETS = hints(
    "prompt prompts instruction instructions secret secrets programming rules hidden system reveal disclose"
)
_FOREIGN_DROPS = hints(
    "ignoriere ignorieren ignorier ignoriert vergiss missachte missachten ignorez ignore oublie oubliez "
    "ignora ignorar ignorad olvida olvide olvidar dimentica dimenticare ignori ignorare esque negeer"
)
HINTS = _DROPS | _SECRETS | _FOREIGN_DROPS

_OWN_QUESTIONS = (
    "can i",
    "should i",
    "may i",
    "could i",
    "do i",
    "how do i",
    "how can i",
    "is it ok",
    "is it safe",
    "can we",
    "should we",
    "how to",
    "what happens if i",
    "when can i",
    "would you",
    "i ",
    "we ",
    "he ",
    "she ",
    "they ",
    "people ",
    "why do",
    "why does",
    "did ",
    "does ",
    "who ",
)


def find(reading: Reading) -> Iterator[RuleHit]:
    """The first hit of each rule that is no quotation and has no subject of its own (`Can I ignore ...?`)."""
    if meets(reading, _DROPS):
        yield from _first(OVERRIDE, matches(_override(), reading, _DROPS), reading)
    if meets(reading, _SECRETS):
        yield from _first(DISCLOSURE, matches(_disclosure(), reading, _SECRETS), reading)
    if meets(reading, _FOREIGN_DROPS):
        yield from _first(OVERRIDE, matches(_in_other_languages(), reading, _FOREIGN_DROPS), reading)
    if reading.has_other_script:
        yield from _first(OVERRIDE, _in_other_scripts().finditer(reading.lower), reading)


def _first(rule: Rule, found: Iterator[re.Match[str]], reading: Reading) -> Iterator[RuleHit]:
    for match in found:
        if not _has_subject(reading.lower, match.start()):
            yield hit(rule, reading.plain[match.start() : match.end() + 40])
            return


def _has_subject(lower: str, start: int) -> bool:
    """Whether somebody else does it (`the driver ignored ...`), or it is quoted in the middle of a sentence."""
    clause = re.split(r"[.!?;:\n]", lower[max(0, start - 70) : start])[-1].lstrip(" ,-\"'")
    if not clause:
        return False
    if clause.rstrip().endswith(('"', "'")) and len(clause.split()) > 1:
        return True
    return clause.startswith(_OWN_QUESTIONS) and "you" not in clause[4:]


@cache
def _override() -> re.Pattern[str]:
    drop = (
        r"(?:ignore|disregard|forget|overlook|override|bypass|discard|neglect|revoke|abandon|erase|void|suspend|skip|"
        r"drop|set aside|"
        r"cancel|delete|stop (?:following|obeying)|(?:do not|don't|never|no longer|refuse to|must not) (?:follow|"
        r"obey|listen to|"
        r"comply with|adhere to|accept|apply|heed)|pretend to have forgotten)"
    )
    quantity = (
        r"(?:about |to |everything |all |any |every |each |of |the |your |my |these |those |its |other |such |"
        r"and ){0,6}"
    )
    before = (
        r"(?:previous|prior|above|earlier|preceding|foregoing|former|past|original|initial|existing|current|given|"
        r"old|system|safety|"
        r"security|user's?|users'?|human'?s?|future|further|subsequent|developer|default|built-in|ethical|content|"
        r"previously given|company)"
    )
    noun = (
        r"(?:instructions?|orders?|commands?|directions?|directives?|prompts?|rules?|guidelines?|polic(?:y|ies)|"
        r"constraints?|"
        r"restrictions?|programming|training|context|guidance|requests?|messages?|information|limitations?|filters?|"
        r"guardrails?|"
        r"safeguards?|text|content|input|conversation|tasks?|questions?|document)"
    )
    strong = r"(?:instructions?|orders?|prompts?|directives?|programming|guidelines|guardrails?|safeguards?)"
    everything = (
        r"(?:everything|anything|all|what) (?:that )?(?:i|you|we|they|the user|was|has been|were|is)? "
        r"?(?:have |had |has |were |been |was |just ){0,4}"
        r"(?:said|told|written|learned|instructed|above|before|asked|been told|been taught)"
    )
    return re.compile(
        rf"\b{drop} {quantity}(?:{before} (?:\w{{1,12}} )?(?:{before} )?{noun}|{everything})\b|"
        rf"\b{drop} (?:all |any |every )?(?:of )?(?:the |your |my )?(?:\w{{1,12}} )?{strong} (?:you|above|before|"
        rf"given|that|provided|so far|previously|from|and|i gave)\b|"
        rf"\b{drop} (?:all (?:of )?)?(?:the |your ){strong}\b|\b{drop} (?:all|any) (?:the )?(?:rules|policies|"
        rf"restrictions|{strong})\b|"
        rf"\b{drop} (?:the|whatever the|what the|everything the|anything the) (?:user|human|customer|developer|"
        rf"system)\b|"
        rf"\b(?:previous|prior|all|earlier) (?:\w{{1,12}} )?{noun} (?:are|is|have been|has been) (?:now |hereby |all "
        rf")?(?:revoked|void|cancell?ed|"
        r"superseded|overridden|no longer (?:valid|in force|in effect|applicable)|suspended|null)\b"
    )


@cache
def _disclosure() -> re.Pattern[str]:
    show = (
        r"(?:repeat|print|reveal|show|output|display|tell|give|disclose|write|list|summari[sz]e|translate|leak|"
        r"dump|recite|return|share|expose|state|convert|spell)"
    )
    return re.compile(
        rf"\b{show}(?: me| us| out| back| to me| all| of| the| verbatim| exactly| everything in){{0,4}} "
        r"(?:(?:your|the) (?:(?:\w{1,12} ){0,2}(?:system|initial|original|hidden|secret|full|entire|developer|first|"
        r"previous|above) "
        r"(?:\w{1,12} )?(?:prompts?|instructions?|message)|(?:prompts?|instructions?) (?:given|above|you (?:were|got|"
        r"have|received)|so far|verbatim|in bytes))|"
        r"your (?:\w{1,12} )?(?:prompts?|instructions?|programming|rules|secrets?)|(?:previous|above|prior|system) "
        r"(?:prompts?|instructions?)|"
        r"(?:the |your )?(?:secret|hidden) (?:password|word|key|phrase|prompt|instructions?))\b|"
        r"\bwhat (?:is|are|was|were) your (?:\w{1,12} )?(?:system prompt|initial prompt|instructions|original "
        r"instructions|secret)\b|"
        r"\b(?:told|instructed|ordered|forbidden|programmed) (?:you )?not to (?:reveal|disclose|tell|share|say)\b"
    )


@cache
def _in_other_languages() -> re.Pattern[str]:
    """German, French, Spanish, Italian, Portuguese, Dutch: the plain wording only."""
    return re.compile(
        r"(?:ignorier\w{0,3}|vergiss|missachte\w?)(?: \w{1,12}){0,3} (?:anweisung|vorgabe|regel|befehl|instruktion)|"
        r"(?:ignor\w{1,3}|oublie\w?)(?: \w{1,12}){0,3} (?:instruction|consigne|règle|ordre)s|"
        r"(?:ignor\w{1,4}|olvid\w{1,3}|dimentic\w{1,3}|esque\w{1,4})(?: \w{1,12}){0,3} (?:instrucci|instruç|"
        r"istruzion|órden|orden|regl|regol|regra)|"
        r"negeer(?: \w{1,12}){0,3} (?:instructie|opdracht)"
    )


@cache
def _in_other_scripts() -> re.Pattern[str]:
    """Russian, Chinese, Japanese."""
    return re.compile(
        r"игнорируй\w{0,3}(?: \w{1,12}){0,3} (?:инструкц|указан|команд)|забудь(?: \w{1,12}){0,3} (?:инструкц|указан)|"
        r"(?:忽略|无视|忘记|忽視|無視)[^。\n]{0,12}(?:指令|指示|说明|提示|规则|命令)|(?:指示|命令)を(?:すべて|全て)?(?:無視|忘れ)"
    )
