"""Token counters by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from memview.model.errors import TokenizerError
from memview.tokens.estimate import EstimateCounter
from memview.tokens.exact import load_exact, vocabulary_problem
from memview.tokens.protocol import TokenCounter
from memview.tokens.rules_of_thumb import Bytes4Counter, Chars4Counter, WordsCounter
from memview.tokens.vocabulary import VOCABULARIES, Vocabulary

_DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "estimate": "offline estimate of o200k_base, about 3 % off (default)",
        "words": "words x 1.3, as the MemGPT lesson counts",
        "chars4": "characters / 4, rounded up, as Letta Code counts",
        "bytes4x1.3": "UTF-8 bytes / 4 x 1.3, rounded up, as Letta counts",
        "o200k_base": "tiktoken, GPT-4o and later",
        "cl100k_base": "tiktoken, GPT-4 and GPT-3.5",
    }
)
COUNTER_NAMES: tuple[str, ...] = tuple(_DESCRIPTIONS)


class TokenizerStatus(NamedTuple):
    """One line of `memview tokenizer`."""

    name: str
    exact: bool
    available: bool
    description: str


def load_counter(name: str, *, vocabularies: Mapping[str, Vocabulary] = VOCABULARIES) -> TokenCounter:
    """The counter called `name` (exactly so spelled).

    Raises TokenizerError for an unknown name, with the nearest known one, and for an exact counter whose
    vocabulary is absent or damaged, with the command that fetches it.
    """
    if name in vocabularies:
        return load_exact(vocabularies[name], _built_in_counter("estimate"))
    if name in _DESCRIPTIONS:
        return _built_in_counter(name)
    raise TokenizerError(_unknown_name(name))


def counter_or_estimate(
    name: str | None, *, vocabularies: Mapping[str, Vocabulary] = VOCABULARIES
) -> tuple[TokenCounter, str | None]:
    """The counter called `name`, or the estimate with one line that says why; None asks for the estimate.

    Raises TokenizerError only for an unknown name.
    """
    if name is None:
        return load_counter("estimate"), None
    try:
        return load_counter(name, vocabularies=vocabularies), None
    except TokenizerError as error:
        if name not in vocabularies:
            raise
        return load_counter("estimate"), f"counting with `estimate`: {error}"


def tokenizer_status(*, vocabularies: Mapping[str, Vocabulary] = VOCABULARIES) -> list[TokenizerStatus]:
    """Every counter, and whether it can count on this machine now."""
    return [
        TokenizerStatus(
            name=name,
            exact=name in vocabularies,
            available=name not in vocabularies or vocabulary_problem(vocabularies[name]) is None,
            description=description,
        )
        for name, description in _DESCRIPTIONS.items()
    ]


@cache
def _built_in_counter(name: str) -> TokenCounter:
    match name:
        case "words":
            return WordsCounter()
        case "chars4":
            return Chars4Counter()
        case "bytes4x1.3":
            return Bytes4Counter()
        case _:
            return EstimateCounter()


def _unknown_name(name: str) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name.lower(), COUNTER_NAMES, n=1, cutoff=0.4)
    hint = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(COUNTER_NAMES)}"
    return f"unknown token counter {name[:60]!r}; {hint}"
