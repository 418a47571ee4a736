"""Orders to carry something out: private things named near a verb of sending and an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from memview.guard.hints import first_match, hints, matches, meets
from memview.guard.reading import Reading
from memview.guard.rules.rule import Rule, RuleHit, hit
from memview.guard.windows import places_of, windows

EXFILTRATION = Rule("exfiltration", 0.85, "sends secrets, memories or conversations to an address", True)
COVERT = Rule("secrecy", 0.7, "wants something done without the user being told")
IMAGE_LEAK = Rule("leaking link", 0.8, "a link or picture whose address carries data out", True)
SENDING = Rule("sending to an address", 0.4, "orders something sent to an address")
RULES = (EXFILTRATION, COVERT, IMAGE_LEAK, SENDING)

_SENDS = hints(
    "send forward post upload transmit email e mail leak exfiltrate share submit copy bcc cc report deliver "
    "append relay export publish push pass"
)
_SECRECY = hints(
    "tell telling mention mentioning inform informing notify notifying reveal revealing disclose disclosing "
    "alert alerting show showing let letting without silently secretly covertly discreetly quietly"
)
_KEPT_FROM = (
    "user",
    "customer",
    "human",
    "anyone",
    "anybody",
    "owner",
    "silently",
    "secretly",
    "covertly",
    "discreetly",
    "quietly",
    "this note",
    "this instruction",
    "this message",
    "this text",
    "this rule",
    "this step",
    "this memory",
    "these instructions",
    "that you",
)
_PROTOCOLS = hints("http https www ftp webhook")
HINTS = _SENDS | _SECRECY | _PROTOCOLS
_LINKS = ("](", "<img")
_AROUND_A_LINK = (90, 460)
_WINDOW = 220
_LEAD = 24
"""Characters that a verb of sending takes with the word in front of it."""


def find(reading: Reading) -> Iterator[RuleHit]:
    """Every address beside an order to send; the first covert order."""
    lower = reading.lower
    if meets(reading, _SENDS) and (
        "@" in lower or meets(reading, _PROTOCOLS) or _number_address().search(lower) is not None
    ):
        yield from _sent(reading)
    if meets(reading, _SECRECY):
        match = first_match(_covert(), reading, _SECRECY, _KEPT_FROM)
        if match is not None:
            yield hit(COVERT, reading.plain[match.start() : match.end() + 20])
    if any(link in lower for link in _LINKS):
        for start, end in windows(places_of(lower, _LINKS), *_AROUND_A_LINK, len(lower)):
            match = _leaking_link().search(lower, start, end)
            if match is not None:
                yield hit(IMAGE_LEAK, match[0])
                break


def _sent(reading: Reading) -> Iterator[RuleHit]:
    lower = reading.lower
    is_sending = False
    for match in matches(_send(), reading, _SENDS, before=_LEAD, after=_LEAD):
        window = lower[match.end() : match.end() + _WINDOW]
        stop = re.search(r"\n\n|[.!?]\s", window)
        window = window[: stop.start()] if stop else window
        if _address().search(window) is None:
            continue
        private = _private().search(window)
        if private is not None and not _is_ones_own(window):
            yield hit(EXFILTRATION, reading.plain[match.start() : match.start() + 100])
            return
        if not is_sending:
            is_sending = True
            yield hit(SENDING, reading.plain[match.start() : match.start() + 100])


def _is_ones_own(window: str) -> bool:
    """A person is asked for their own papers: `send your password reset request to ...`."""
    return (
        window.lstrip().startswith(("your ", "us your ", "me your ", "a ", "an "))
        and "your instructions" not in window
        and "your memor" not in window
        and "your system" not in window
        and "your context" not in window
    )


@cache
def _send() -> re.Pattern[str]:
    verbs = (
        "send|forward|post|upload|transmit|e-?mail|mail|leak|exfiltrate|share|submit|copy|bcc|cc|report|deliver|"
        "append|relay|export|publish|push|pass"
    )
    # At the head of a clause, or behind a word that makes an order or a purpose of it.
    return re.compile(
        rf"(?:^\s{{0,3}}|[.!?:;,\"'(>*\n-]\s{{0,3}}|\b(?:please|and|then|also|to|must|should|will|always|you|silently|"
        rf"secretly|quietly|now|immediately) )(?:{verbs})\b"
    )


@cache
def _address() -> re.Pattern[str]:
    return re.compile(r"\w@[\w-]{1,63}\.\w|\bhttps?://|\bwww\.\w|\bftp://|\bwebhook\b|\b\d{1,3}(?:\.\d{1,3}){3}\b")


@cache
def _number_address() -> re.Pattern[str]:
    return re.compile(r"\.\d{1,3}\.\d{1,3}\.\d")


@cache
def _private() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:passwords?|passphrases?|credentials?|api[ -]?keys?|secrets?|tokens?|private keys?|ssh keys?|"
        r"conversations?|chat (?:history|logs?)|"
        r"(?:complete |full |entire |all )?(?:order|browsing|search|message|medical) history|system prompts?|"
        r"instructions|memor(?:y|ies)|(?:user|users|user's|users'|customer|customers|"
        r"customer's|client|personal|private|confidential|sensitive) (?:\w{1,12} )?(?:data|details|information|info|"
        r"names?|records?|files?|messages?|"
        r"e-?mails?|lists?|address(?:es)?|contacts?|documents?)|contents? of|credit cards?|card (?:number|details)|"
        r"ssn|social security|bank (?:account|details)|"
        r"(?:all|every|any|their|her|his) (?:\w{1,12} )?(?:e-?mails?|messages?|files?|contacts?|documents?|data|"
        r"notes?|facts|records)|address book|context window|environment variables|"
        r"cookies|everything (?:you|the user|said|they))\b"
    )


@cache
def _covert() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:do not|don't|never|must not|without) (?:ever )?(?:tell(?:ing)?|mention(?:ing)?|inform(?:ing)?|"
        r"notify(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|alert(?:ing)?|show(?:ing)?|let(?:ting)?)"
        r" (?:\w{1,12} ){0,2}?(?:the user|users?|the customer|the human|anyone|anybody|this (?:note|instruction|"
        r"message|text|rule|step|memory)|these instructions|that you)\b|"
        r"\bwithout (?:the )?(?:user|customer|human|owner)(?:'s|s')? (?:knowledge|consent|noticing|knowing|"
        r"permission|approval)|"
        r"(?:^|[.,;:\n] ?|\b(?:and|then|must|should|always|please) )(?:silently|secretly|covertly|discreetly|"
        r"quietly) (?:send|add|include|forward|copy|insert|run|execute|store|record|"
        r"collect|upload|append|change|replace|delete|recommend|post|mail|email)\b"
    )


@cache
def _leaking_link() -> re.Pattern[str]:
    return re.compile(
        r"!?\[[^\]\n]{0,80}\]\(\s?https?://[^)\s]{1,200}[?&=][^)\s]{0,80}(?:\{|%7b|\[|<|\$)[^)\n]{0,80}\)?|"
        r"<img[^>\n]{0,120}src=[^>\n]{1,200}[?&]\w{1,20}=(?:\{|\[|<|\$)"
    )
