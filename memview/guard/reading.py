"""A text as the rules read it: hidden characters taken out, look-alike letters made plain, cut into sentences."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f"
_LOOKALIKES = "\uff01-\uff5e\U0001d400-\U0001d7ff"
_HEAD = 400
"""Characters of a sentence that its grammar is read from."""


class Sentence(NamedTuple):
    """A stretch of `Reading.plain`; `first` is its first word in lower case, "" when it has none."""

    start: int
    end: int
    first: str
    is_listed: bool
    """Behind a bullet, a number or a heading mark: a step of a list rather than running text."""
    is_quoted: bool
    """Inside quotation marks that somebody else's words introduce (`She said: "..."`)."""
    is_alone: bool
    """The only sentence on its line."""


class Reading:
    """One text: `plain` to read, `lower` of the same length to search, and `sentences`."""

    __slots__ = ("lower", "plain", "raw", "sentences")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.plain = plain_text(raw)
        self.lower = self.plain.lower()
        self.sentences = tuple(_sentences(self.plain, self.lower))

    def words_of(self, sentence: Sentence) -> str:
        """The sentence, at most its first 400 characters."""
        return self.plain[sentence.start : min(sentence.end, sentence.start + _HEAD)]

    def tokens_of(self, sentence: Sentence) -> list[str]:
        """The first words and commas of the sentence in lower case."""
        return _tokens().findall(self.lower, sentence.start, min(sentence.end, sentence.start + _HEAD))

    def is_question(self, sentence: Sentence) -> bool:
        return "?" in self.plain[max(sentence.start, sentence.end - 4) : sentence.end]


def plain_text(raw: str) -> str:
    """`raw` without invisible characters, with full-width and mathematical letters and typographic marks made plain.

    Lower-casing it keeps its length.
    """
    if raw.isascii():
        return raw
    text = _invisible().sub("", raw)
    if _lookalikes().search(text):
        text = _lookalikes().sub(_folded, text)
    return text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').replace("\u0130", "I")


def _folded(run: re.Match[str]) -> str:
    from unicodedata import normalize

    return normalize("NFKC", run[0])


def _sentences(plain: str, lower: str) -> list[Sentence]:
    found: list[Sentence] = []
    opening = _opening().match
    start, is_line_start = 0, True
    for end, next_start, breaks_line in _cuts(plain):
        head = opening(lower, start, end)
        if head is not None:
            mark, quote, first = head[1], head[2], head[3]
            quoted = bool(quote) and start > 0 and plain[max(0, start - 3) : start].rstrip()[-1:] in (":", ",")
            found.append(Sentence(head.start(2), end, first, bool(mark), quoted, is_line_start and breaks_line))
        start, is_line_start = next_start, breaks_line
    return found


def _cuts(plain: str) -> list[tuple[int, int, bool]]:
    """Where sentences end, where the next begins, and whether a line ends there; the end of the text is last."""
    cuts = [(cut.end(1), cut.end(), "\n" in cut[0]) for cut in _separators().finditer(plain)]
    if cuts and cuts[-1][1] == len(plain):
        end, start, _ = cuts.pop()
        cuts.append((end, start, True))
    else:
        cuts.append((len(plain), len(plain), True))
    return cuts


@cache
def _separators() -> re.Pattern[str]:
    # The end itself is kept with its sentence, the white space behind it is not.
    return re.compile(r"""([.!?…:;]["')\]*_]{0,4}(?=\s)|[。！？|\t]|-->|<!--|(?=\n))\s*""")


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(r"""\s{0,8}((?:(?:[-*+•#>–—]{1,6}|\(?\d{1,3}[.)]|[a-z]\))\s{1,4})*)(["'(\[{*_`<]{0,4})\s?([^\W\d_][\w']{0,40})?""")


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(r"[\w'@]+(?:[.\-/][\w'@]+)*|[,:?]")


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{_INVISIBLE}]")


@cache
def _lookalikes() -> re.Pattern[str]:
    return re.compile(f"[{_LOOKALIKES}]+")
