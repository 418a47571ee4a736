"""Texts and their sentences: the unit that summaries keep and facts are read from.

Splitting is one pass over the text with a bounded look around each full stop, so that its work grows with the length of
the text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST_SENTENCE = 600
"""Characters. What runs on without an end (a log, encoded data) is broken here, at a space where there is one."""

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uac00-\ud7af"
"""Ranges of a character class: scripts that put no spaces between words."""

_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]{{1,40}}")
_STOP = re.compile(r"[.!?…]++[\"'”’»)\]*_`]*+|[。！？｡]++[”’」』）】]*+")
_BULLET = re.compile(r"(?:[-*•+>]\s+|#{1,6}\s+)")
_NUMBERED = re.compile(r"(?:\d{1,3}|[A-Za-z])[.)]\s")
_WRAPPED_FROM = 50

_NEVER_LAST = frozenset("mr mrs ms dr prof st rev gen col sgt capt lt".split())
_BEFORE_DIGITS = frozenset("no nr fig eq sec ch vol p pp art".split())
_SHORT = frozenset(
    """e.g i.e eg ie vs approx ca cf al incl excl etc inc ltd co corp dept est a.m p.m am pm u.s u.k u.n jr sr jan feb
    mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun min max hrs viz resp""".split()
)


_SPEAKER = re.compile(r"([^\W\d_][\w.'’-]{0,30}+(?: [^\W\d_][\w.'’-]{0,30}+){0,2}):\s+")
_LABELS = frozenset(
    """note notes error warning todo fixme hint tip example examples important update edit question answer q a re fwd fw
    subject summary step result results output input decision action reason cause fix problem ps nb""".split()
)


class SourceText(NamedTuple):
    """A text to draw from: `item` is the caller's number for it, `role` who speaks (user, assistant, tool, system)."""

    item: int
    role: str
    text: str


def split_speaker(text: str) -> tuple[str | None, str]:
    """The speaker that `text` begins with (`Melanie: I paint.`) and what is said; None and all of it without one."""
    match = _SPEAKER.match(text)
    if match is None or not match[1][0].isupper() or match[1].lower() in _LABELS:
        return None, text
    return match[1], text[match.end() :]


def count_words(text: str) -> int:
    """Words of `text` as a limit counts them: never fewer than `text.split()` gives.

    A character of Chinese, Japanese or Korean counts as a word, and so do every 40 characters of an endless one.
    """
    if text.isascii():
        words = text.split()
        if len(max(words, key=len, default="")) <= 40:
            return len(words)
    return len(_WORD.findall(text))


@lru_cache(maxsize=16384)
def cut_words(text: str, limit: int) -> str:
    """The first `limit` words of `text`, cut between two words; within one only if there is no other way."""
    if limit < 1:
        return ""
    end = 0
    for number, word in enumerate(_WORD.finditer(text), start=1):
        if number > limit:
            break
        end = word.end()
    else:
        return text
    if _splits_a_word(text, end):
        space = text.rfind(" ", 0, end)
        end = space if text[: max(space, 0)].strip() else end
    return text[:end].rstrip()


def _splits_a_word(text: str, end: int) -> bool:
    """Whether a cut at `end` is between two characters of one word."""
    inside = _WORD.match(text, end - 1)
    return inside is not None and inside.end() > end


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` in order, each a stretch of it with runs of white space made one space.

    Abbreviations, decimals, paths, addresses and initials end nothing; a line does, unless it is wrapped prose. List
    marks and headings lose their mark; in a fenced block every line is kept whole; the fences themselves are dropped.
    """
    return tuple(sentence for line, is_code in _lines(text) for sentence in _of_line(line, is_code))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Logical lines, white space made one space, and whether they are code; wrapped prose is joined again."""
    pending = ""
    in_code = False
    for raw in text.splitlines():
        line = " ".join(raw.split())
        is_fence = line.startswith(("```", "~~~"))
        joins = bool(pending) and not in_code and not is_fence and _continues(pending, line)
        if joins:
            pending = f"{pending} {line}"
            continue
        if pending:
            yield pending, False
            pending = ""
        if is_fence:
            in_code = not in_code
        elif in_code and line:
            yield line, True
        elif line:
            pending = line
    if pending:
        yield pending, False


def _continues(before: str, line: str) -> bool:
    """Whether `line` goes on with the sentence of the long line `before` it, as hard-wrapped prose does."""
    return (
        line[:1].islower()
        and _WRAPPED_FROM <= len(before) < LONGEST_SENTENCE
        and before[-1] not in ".!?…:;。！？"
        and _NUMBERED.match(line) is None
    )


def _of_line(line: str, is_code: bool) -> Iterator[str]:
    mark = None if is_code else _BULLET.match(line)
    start = mark.end() if mark else 0
    if not is_code:
        numbered = _NUMBERED.match(line, start)
        search_from = numbered.end() if numbered else start
        for stop in _STOP.finditer(line, search_from):
            if _ends_sentence(line, stop.start(), stop.end()):
                yield from _pieces(line[start : stop.end()].strip())
                start = stop.end()
    yield from _pieces(line[start:].strip())


def _ends_sentence(line: str, start: int, end: int) -> bool:
    """Whether the stop at `line[start:end]` is the end of a sentence and not of an abbreviation, or within a word."""
    if line[start] in "。！？｡":
        return True
    if end < len(line) and line[end] != " ":
        return False
    following = line[end + 1 : end + 2]
    stop = line[start:end]
    if following.islower() and (stop[0] == "…" or stop.startswith("..") or stop[-1] in "\"'”’»)"):
        return False
    if stop[0] != "." or stop.startswith(".."):
        return True
    word = line[max(0, start - 12) : start].rpartition(" ")[2].lstrip("(\"'“‘[").lower()
    return not following or not _is_abbreviation(word, following)


def _is_abbreviation(word: str, following: str) -> bool:
    """Whether the full stop after `word` only shortens it, where the next word begins with `following`."""
    if word in _NEVER_LAST:
        return True
    if word in _BEFORE_DIGITS:
        return following.isdigit()
    if word in _SHORT:
        return following.islower() or following.isdigit()
    return len(word) == 1 and word.isalpha() and not (word == "i" and following.isupper())


def _pieces(sentence: str) -> Iterator[str]:
    """`sentence`, in pieces of at most LONGEST_SENTENCE characters."""
    start = 0
    while len(sentence) - start > LONGEST_SENTENCE:
        space = sentence.rfind(" ", start + 1, start + LONGEST_SENTENCE + 1)
        end = space if space > start else start + LONGEST_SENTENCE
        yield sentence[start:end]
        start = end + 1 if space > start else end
    if start < len(sentence):
        yield sentence[start:]
