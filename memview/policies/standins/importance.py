"""Importance `salience@1`: stands in for a model that is asked how poignant a memory is, from 1 to 10.

One, and a point or two for each thing in the text that people remember: figures and dates, names, preferences and
promises, emphasis. The table is fixed, so that the same text is worth the same in every run and on every machine.
"""

from __future__ import annotations

import re

from memview.policies.standins.texts import split_speaker

LEAST, MOST = 1, 10

_FIGURE = re.compile(r"(?<![\w.])[$€£]?\d[\d.,:/-]*+")
_DATE_WORD = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday"
    r"|Thursday|Friday|Saturday|Sunday|yesterday|tomorrow|tonight|birthday|anniversary|deadline)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;)'’\"] )[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+)*")
_SHOUT = re.compile(r"(?<!\w)[A-Z]{4,}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_PREFERENCE = frozenset(
    """prefer prefers preferred favourite favorite love loves loved hate hates hated like likes dislike dislikes enjoy
    enjoys allergic allergy vegetarian vegan""".split()
)
_COMMITMENT = frozenset(
    """promise promised must never always remember need needs plan plans planning decided agreed will won't going
    married divorced engaged pregnant born died moved hired fired quit graduated started finished won lost""".split()
)
_EMPHASIS = frozenset(
    "very really extremely absolutely important importantly urgent critical essential crucial".split()
)
_MOST_TEXT = 4000
"""Characters that are looked at: a longer text is worth 10 long before."""


def importance(text: str) -> int:
    """How important `text` is, 1 to 10: `importance(text) / 10` is a memory's importance.

    Points: figures 1 each to 2, a date word 1, names within a sentence 1 each to 2, a preference 2, a commitment or
    turning point 2, emphasis (a word for it, `!`, capitals) 1.
    """
    _, said = split_speaker(text[:_MOST_TEXT])
    words = {word.lower().replace("’", "'") for word in _WORD.findall(said)}
    points = LEAST
    points += min(2, len(_FIGURE.findall(said)))
    points += _DATE_WORD.search(said) is not None
    points += min(2, len(set(_NAME.findall(said))))
    points += 2 * (not _PREFERENCE.isdisjoint(words))
    points += 2 * (not _COMMITMENT.isdisjoint(words))
    points += "!" in said or not _EMPHASIS.isdisjoint(words) or _SHOUT.search(said) is not None
    return min(MOST, points)
