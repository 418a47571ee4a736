"""Code that somebody wants built in: an order to include a snippet, and snippets that reach out or break things."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from operator import attrgetter

from memview.guard.grammar import read_order
from memview.guard.hints import first_match, hints, matches, meets
from memview.guard.lexicon import own_code
from memview.guard.reading import Reading, Sentence
from memview.guard.rules.rule import Rule, RuleHit, hit

CODE_ATTACK = Rule("code to be planted", 0.75, "orders code into the assistant's answer that reaches out or does harm")
CODE_ORDER = Rule("code to be included", 0.55, "orders a snippet into the assistant's own code")
SNIPPET_ORDER = Rule("snippet with an order", 0.4, "orders a snippet to be used")
HARM = Rule("harmful command", 0.6, "a command that destroys, fetches and runs, or opens a shell to the outside")
RULES = (CODE_ATTACK, CODE_ORDER, SNIPPET_ORDER, HARM)

_COMMANDS = hints("rm curl wget bin dd mkfs chmod exec dev")
_CODE = hints("code snippet snippets")
HINTS = _COMMANDS | _CODE
_ANSWERS = frozenset(("response", "answer", "elucidation", "reply"))


def find(reading: Reading) -> Iterator[RuleHit]:
    """Orders about snippets, judged by the code of the same text; harmful commands by themselves."""
    harmful = first_match(_harm(), reading, _COMMANDS) if meets(reading, _COMMANDS) else None
    if harmful is not None:
        yield hit(HARM, reading.plain[harmful.start() : harmful.end() + 40])
    if meets(reading, _CODE):
        for sentence in _about_snippets(reading):
            rule = _judge(reading, sentence)
            if rule is not None:
                yield hit(rule, reading.words_of(sentence))


def _about_snippets(reading: Reading) -> Iterator[Sentence]:
    """The sentences that name a piece of code, each once."""
    last = -1
    for piece in matches(_pieces(), reading, _CODE):
        place = bisect_right(reading.sentences, piece.start(), key=attrgetter("start")) - 1
        if place > last and piece.start() < reading.sentences[place].end:
            last = place
            yield reading.sentences[place]


def _judge(reading: Reading, sentence: Sentence) -> Rule | None:
    tokens = reading.tokens_of(sentence)
    owns = any(
        word in ("your", "the")
        and any(near in own_code() or near in _ANSWERS for near in tokens[place + 1 : place + 3])
        for place, word in enumerate(tokens)
    )
    orders = _is_order(sentence.first, tokens)
    if not orders and not (owns and _advises(tokens)):
        return None
    code = reading.lower[sentence.end : sentence.end + 3000]
    if ("```" in code or (owns and "your" in tokens)) and _reach().search(code) is not None:
        return CODE_ATTACK
    return CODE_ORDER if owns and "your" in tokens else SNIPPET_ORDER


def _is_order(first: str, tokens: list[str]) -> bool:
    return bool(first) and read_order(tokens) is not None


def _advises(tokens: list[str]) -> bool:
    """`your code could benefit from ...`, `you may find ... useful`, `integrating the following code ...`."""
    return bool(tokens) and (tokens[0] in ("your", "you", "let", "it") or tokens[0].endswith("ing"))


@cache
def _pieces() -> re.Pattern[str]:
    kinds = "snippet|block|section|excerpt|segment|fragment|sample|portion|listing"
    return re.compile(
        rf"\bcode (?:{kinds}|below)|\bsnippets?\b|\b(?:piece|lines?) of code|\b(?:following|below|subsequent|this) code"
    )


@cache
def _harm() -> re.Pattern[str]:
    return re.compile(
        r"\brm\s{1,3}-(?:rf|fr|r\s-f)\s{1,3}(?:--no-preserve-root\s)?(?:/(?!tmp\b|var/tmp)|~|\$home|\*)|\bcurl\b[^\n|"
        r"]{1,150}\|\s?(?:sudo\s)?(?:ba|z)?sh\b[^\n]{0,20}|"
        r"\bwget\b[^\n|]{1,150}\|\s?(?:sudo\s)?(?:ba|z)?sh\b|\bnc\b[^\n]{1,60}-e\s?/bin/|/dev/tcp/|"
        r"\bdd\s{1,3}if=[^\n]{1,60}of=/dev/[sh]d|\bmkfs\.\w{2,5}\s/dev/|"
        r":\(\)\s?\{\s?:\|:|\bexec\(\s?(?:open|requests|urllib|base64|compile)|\bchmod \+x [^\n]{1,60}&& ?\./"
    )


@cache
def _reach() -> re.Pattern[str]:
    """Calls that leave the machine, start programs, watch a person or change the system."""
    return re.compile(
        r"requests?\.(?:get|post|put|request)\(|urllib|http\.client|httpx|aiohttp|socket|smtplib|ftplib|paramiko|scp|"
        r"ftp|subprocess|os\.(?:system|popen|remove|"
        r"rename|environ|unlink)|shutil|exec\(|eval\(|psutil|pickle\.load|cookie|keyboard|pynput|clip|screenshot|"
        r"imagegrab|pyautogui|getpass|winreg|ctypes|scapy|"
        r"bluetooth|usb\.|wmi|netifaces|platform\.|sounddevice|cv2|curl|wget|ssh|telnet|nmap|sudo|chmod|mqtt|"
        r"websocket|pexpect|while true|fork\(|kill|terminate|uuid|getmac|"
        r"logging\.|pyaudio|sniff|pcap|crypt|base64|open\([^)\n]{1,60}\)|input\(|sqlite|select |drop |fetch\(|"
        r"xmlhttprequest|eval|document\.|localstorage|child_process|http"
    )
