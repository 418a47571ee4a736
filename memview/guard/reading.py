"""A text as the rules read it: hidden characters taken out, look-alike letters made plain, cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from memview.guard.grammar import QUESTION_WORDS, may_be_order

UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0xAD, 0xAD),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2064),
        (0x2066, 0x2069),
        (0xFEFF, 0xFEFF),
        (0xE0000, 0xE007F),
    )
    for code in range(first, last + 1)
)
"""Characters without a picture: joiners, marks of direction, tags."""

_MARKS = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("\u0130", "I"), ("\u00a0", " "))
_ASCII_ONLY: frozenset[str] = frozenset()
_SPACED = bytes(code if chr(code).isalnum() and code < 0x80 else 0x20 for code in range(256))
_HEAD = 400
"""Characters of a sentence that its grammar is read from."""


class Sentence(NamedTuple):
    """A stretch of `Reading.plain`. `first` and `second` are its first words in lower case, `second` perhaps ""."""

    start: int
    end: int
    first: str
    second: str
    is_listed: bool
    """Behind a bullet, a number or a heading mark: a step of a list rather than running text."""
    is_quoted: bool
    """Inside quotation marks that somebody else's words introduce (`She said: "..."`)."""
    is_alone: bool
    """The only sentence on its line."""


class Reading:
    """One text: `plain` to read, `lower` of the same length to search, its `sentences`, and its `words`.

    In `lower` a line that goes on in the next one is joined to it, for an order may be wrapped anywhere.
    `words` are those of the vocabulary that it was read with; `odd` its characters beyond ASCII.
    """

    __slots__ = ("_places", "_spaced", "longest_word", "lower", "odd", "plain", "raw", "sentences", "words")

    def __init__(self, raw: str, vocabulary: frozenset[bytes]) -> None:
        self.raw = raw
        self.odd = _ASCII_ONLY if raw.isascii() else frozenset(char for char in set(raw) if char > "\x7f")
        self.plain = _plain(raw, self.odd)
        lower = self.plain.lower()
        self.lower = _wrapped().sub(" ", lower) if "\n" in lower else lower
        # By bytes: that is ten times as fast. Hints are ASCII; other letters part words.
        self._spaced = self.lower.encode("ascii", "replace").translate(_SPACED)
        self._places: dict[str, list[int]] = {}
        words = self._spaced.split()
        self.words = frozenset(word.decode() for word in vocabulary.intersection(words))
        self.longest_word = max(map(len, words), default=0)
        self.sentences = tuple(_sentences(self.plain, lower))

    def places(self, word: str) -> list[int]:
        """Where `word` of the vocabulary stands by itself in `lower`, in order."""
        known = self._places.get(word)
        if known is None:
            known = self._places[word] = self._found(word.encode())
        return known

    def _found(self, word: bytes) -> list[int]:
        spaced, inside = self._spaced, b" " + word + b" "
        found = [0] if spaced.startswith(inside[1:]) or spaced == word else []
        place = spaced.find(inside)
        while place >= 0:
            found.append(place + 1)
            place = spaced.find(inside, place + 1)
        if len(spaced) > len(word) and spaced.endswith(inside[:-1]):
            found.append(len(spaced) - len(word))
        return found

    @property
    def has_other_script(self) -> bool:
        """Whether there are letters of other alphabets than the Latin and the Greek."""
        return any(char >= "\u0400" and char.isalpha() for char in self.odd)

    def words_of(self, sentence: Sentence) -> str:
        """The sentence, at most its first 400 characters."""
        return self.plain[sentence.start : min(sentence.end, sentence.start + _HEAD)]

    def tokens_of(self, sentence: Sentence) -> list[str]:
        """The first words and commas of the sentence in lower case."""
        return _tokens().findall(self.lower, sentence.start, min(sentence.end, sentence.start + _HEAD))

    def is_question(self, sentence: Sentence) -> bool:
        return "?" in self.plain[max(sentence.start, sentence.end - 4) : sentence.end]


def _plain(raw: str, odd: frozenset[str]) -> str:
    """`raw` without invisible characters, with full-width and mathematical letters and typographic marks made plain.

    `odd` are its characters beyond ASCII. Lower-casing the result keeps its length.
    """
    text = raw
    if not odd.isdisjoint(UNSEEN):
        text = _invisible().sub("", text)
    if any("\uff01" <= char <= "\uff5e" or "\U0001d400" <= char <= "\U0001d7ff" for char in odd):
        text = _lookalikes().sub(_folded, text)
    for mark, plain in _MARKS:
        if mark in odd:
            text = text.replace(mark, plain)
    return _blanks().sub(" ", text) if "  " in text else text


def _folded(run: re.Match[str]) -> str:
    from unicodedata import normalize

    return normalize("NFKC", run[0])


def _sentences(plain: str, lower: str) -> Iterator[Sentence]:
    """The sentences that can be orders or questions by their first two words; most are neither and are left out."""
    opening = _opening().match
    start, is_line_start = 0, True
    for end, next_start, breaks_line in _cuts(plain):
        head = opening(lower, start, end)
        if head is not None:
            first, second = head.group(3, 4)
            if first is not None and (first in QUESTION_WORDS or may_be_order(first, second or "")):
                mark, quote = head.group(1, 2)
                is_quoted = bool(quote) and plain[max(0, start - 3) : start].rstrip()[-1:] in (":", ",")
                is_alone = is_line_start and breaks_line
                yield Sentence(head.start(2), end, first, second or "", bool(mark), is_quoted, is_alone)
        start, is_line_start = next_start, breaks_line


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
    # One class of characters comes first: an alternation would be tried at every letter.
    return re.compile(
        r"""([.!?…:;。！？|\t\n<-](?:(?<=[。！？|\t\n])|(?<=[.!?…:;])(?:(?=\s)|["')\]*_]{1,4}(?=\s+(?![a-z\s])))|(?<=-)->|(?<=<)!--))\s*"""
    )


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(
        r"""\s{0,8}((?:(?:[-*+•#>–—]{1,6}|\(?\d{1,3}[.)]|[a-z]\))\s{1,4})*)(["'(\[{*_`<]{0,4})\s?"""
        r"""(?:([^\W\d_][\w']{0,40})(?:[ \t]{1,3}(\w[\w']{0,40}))?)?"""
    )


@cache
def _wrapped() -> re.Pattern[str]:
    return re.compile(r"\n(?<=[a-z,]\n)(?=[a-z]{1,20}[^:a-z])")


@cache
def _blanks() -> re.Pattern[str]:
    return re.compile(" {2,}")


@cache
def _tokens() -> re.Pattern[str]:
    return re.compile(r"[\w'@]+(?:[.\-/][\w'@]+)*|[,:?]")


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile("[" + "".join(sorted(UNSEEN)) + "]")


@cache
def _lookalikes() -> re.Pattern[str]:
    return re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]+")
