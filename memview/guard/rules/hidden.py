"""What a person does not see and a model reads: invisible or reversed characters, escapes, comments, encoded text."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from functools import cache
from itertools import islice

from memview.guard.reading import UNSEEN, Reading
from memview.guard.rules.rule import Rule, RuleHit, hit
from memview.guard.windows import places_of

INVISIBLE = Rule("invisible characters", 0.7, "hides characters inside or between words", True)
TAGS = Rule("invisible tags", 0.9, "writes a text in Unicode tags, which no screen shows", True)
REVERSED = Rule("reversed text", 0.8, "turns the direction of writing round, so that another text is seen", True)
ESCAPES = Rule("terminal escapes", 0.7, "carries codes that a terminal obeys", True)
ENCODED = Rule("encoded text", 0.7, "holds readable text in base64", True)
COMMENT = Rule("order in a comment", 0.8, "holds an order where a page shows nothing", True)
RULES = (INVISIBLE, TAGS, REVERSED, ESCAPES, ENCODED, COMMENT)

_LONGEST_RUN = 4096
_STYLES = ("display:", "visibility:", "font-size:", "opacity:", "color:", " hidden")
_LONG_WORD = 20
"""Encoded words are cut at `+` and `/`, one character in thirty."""
_MOST_PAYLOADS = 64


def find(reading: Reading) -> Iterator[RuleHit]:
    """What is hidden by characters alone; comments are `payloads`, which need the other rules."""
    raw = reading.raw
    if "\x1b" in raw or "\x9b" in raw:
        match = _escapes().search(raw)
        if match is not None:
            yield hit(ESCAPES, repr(match[0])[1:-1])
    if not reading.odd.isdisjoint(UNSEEN) or "\u3164" in reading.odd:
        yield from _unseen(raw)
    if reading.longest_word >= _LONG_WORD:
        run = next(_base64_runs(raw), None)
        if run is not None:
            yield hit(ENCODED, run)


def payloads(reading: Reading) -> Iterator[str]:
    """Texts of comments and of elements that a page does not show, at most 64 of each."""
    raw = reading.raw
    if "<!--" in raw:
        yield from islice(_comments(raw), _MOST_PAYLOADS)
    if "<" in raw and ">" in raw and any(style in reading.lower for style in _STYLES):
        yield from islice(_unshown_elements(reading), _MOST_PAYLOADS)
    if "[//]" in raw:
        yield from islice((match[1] for match in _markdown_comment().finditer(raw)), _MOST_PAYLOADS)


def _comments(raw: str) -> Iterator[str]:
    start = raw.find("<!--")
    while start >= 0:
        end = raw.find("-->", start + 4)
        if end < 0:
            yield raw[start + 4 : start + 4 + _LONGEST_RUN]
            return
        yield raw[start + 4 : min(end, start + 4 + _LONGEST_RUN)]
        start = raw.find("<!--", end)


def _unshown_elements(reading: Reading) -> Iterator[str]:
    raw, unshown = reading.plain, _unshown().match
    for place in places_of(reading.lower, _STYLES):
        style = unshown(raw, place)
        if style is None:
            continue
        opened = raw.rfind("<", max(0, style.start() - 120), style.start())
        closed = raw.find(">", style.end(), style.end() + 120)
        if opened >= 0 and closed >= 0 and ">" not in raw[opened : style.start()]:
            end = raw.find("<", closed, closed + _LONGEST_RUN)
            yield raw[closed + 1 : end if end >= 0 else closed + _LONGEST_RUN]


def _unseen(raw: str) -> Iterator[RuleHit]:
    for rule, pattern in _unseen_patterns():
        match = pattern.search(raw)
        if match is not None:
            yield hit(rule, ascii(raw[max(0, match.start() - 12) : match.end() + 12])[1:-1])


def _base64_runs(raw: str) -> Iterator[str]:
    """Runs of base64 that decode to words; hashes, keys and pictures do not."""
    from base64 import b64decode

    for match in _base64().finditer(raw):
        run = match[0][:_LONGEST_RUN]
        try:
            decoded = b64decode(run[: len(run) // 4 * 4], validate=True)
        except Base64Error:
            continue
        if decoded.isascii() and decoded.decode("ascii").isprintable() and _words().search(decoded) is not None:
            yield run


@cache
def _unseen_patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    zero_width = "\u00ad\u200b\u2060-\u2064\ufeff"
    return (
        # A flag of a region is a black flag with tags behind it.
        (TAGS, re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]{3}")),
        (REVERSED, re.compile("[\u202d\u202e]|[\u2066-\u2068][A-Za-z]")),
        # Joiners are letters' business in Persian and Hindi, and of emoji: only among Latin letters are they odd.
        (
            INVISIBLE,
            re.compile(
                f"[A-Za-z][\u200b\u2060-\u2064\ufeff\u200c-\u200f]{{1,9}}[A-Za-z]|[{zero_width}\u200c-\u200f]{{4}}|"
                f"\u3164{{2}}"
            ),
        ),
    )


@cache
def _escapes() -> re.Pattern[str]:
    return re.compile("\x1b[\\[\\]PX^_()][^\x1b\n]{0,12}|\x1b[c78=>]|\x9b[0-9;]{1,8}")


@cache
def _base64() -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{24,4096}={0,2}(?![A-Za-z0-9+/])")


@cache
def _words() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Za-z]{2,12}[ ,][A-Za-z]{1,12}[ ,][A-Za-z]{2,12}")


@cache
def _markdown_comment() -> re.Pattern[str]:
    return re.compile(r"\[//\]: ?# ?[(\"']([^\n]{1,500})")


@cache
def _unshown() -> re.Pattern[str]:
    return re.compile(
        r"display: ?none|visibility: ?hidden|font-size: ?0|opacity: ?0(?![.\d])|color: ?(?:white|#fff)|"
        r" hidden(?=[ >=/])",
        re.IGNORECASE,
    )
