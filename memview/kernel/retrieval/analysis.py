"""Analysis of text into index terms: `plain` (lower-case words) or `english` (stop words out, Snowball stems)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from memview.model.errors import PolicyError

Analyser = Callable[[str], list[str]]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST_TERM = 64

STOP_WORDS = frozenset(
    """a about above after again against all am an and any are aren't as at be because been before being below between
    both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from
    further had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his
    how how's i i'd i'll i'm i've if in into is isn't it it's its itself let's me more most mustn't my myself no nor not
    of off on once only or other ought our ours ourselves out over own same shan't she she'd she'll she's should
    shouldn't so some such than that that's the their theirs them themselves then there there's these they they'd
    they'll they're they've this those through to too under until up very was wasn't we we'd we'll we're we've were
    weren't what what's when when's where where's which while who who's whom why why's will with won't would wouldn't
    you you'd you'll you're you've your yours yourself yourselves""".split()
)


def plain(text: str) -> list[str]:
    """Lower-case words of `text`, in order; a word longer than 64 characters is cut there."""
    return [word[:_LONGEST_TERM] for word in _WORD.findall(text.lower().replace("’", "'"))]


@lru_cache(maxsize=1)
def _english_stemmer() -> Callable[[str], str]:
    # The pure-Python one: `snowballstemmer.stemmer` takes PyStemmer where it is installed, of whatever version.
    from snowballstemmer.english_stemmer import EnglishStemmer  # kept off the start-up path

    stem: Callable[[str], str] = EnglishStemmer().stemWord
    return lru_cache(maxsize=200_000)(stem)


def english(text: str) -> list[str]:
    """Snowball stems of the words of `text` that are not stop words, in order."""
    stem = _english_stemmer()
    return [stem(word) for word in plain(text) if word not in STOP_WORDS]


ANALYSERS: dict[str, Analyser] = {"english": english, "plain": plain}


def load_analyser(name: str) -> Analyser:
    """The analyser called `name`. Raises PolicyError for another name."""
    try:
        return ANALYSERS[name]
    except KeyError:
        raise PolicyError(f"unknown analysis {name!r}: choose one of {', '.join(ANALYSERS)}") from None
