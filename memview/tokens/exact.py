"""Exact counts by tiktoken, from a vocabulary that already lies on this machine.

The file is read and checked here, not by tiktoken, which would download a missing or damaged one by itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from memview.model.errors import TokenizerError
from memview.tokens.protocol import TokenCounter
from memview.tokens.vocabulary import Vocabulary, cache_path, is_genuine

if TYPE_CHECKING:
    from pathlib import Path

    from tiktoken import Encoding


class ExactCounter:
    """Tokens of one tiktoken vocabulary; text that looks like a special token counts as ordinary text."""

    __slots__ = ("_encoding", "_fallback", "name")
    exact = True

    def __init__(self, name: str, encoding: Encoding, fallback: TokenCounter) -> None:
        self.name = name
        self._encoding = encoding
        self._fallback = fallback

    def count(self, text: str) -> int:
        """Tokens of `text`. A text that tiktoken refuses is counted by the fallback."""
        try:
            return len(self._encoding.encode(text, disallowed_special=()))
        except ValueError:
            # tiktoken's regex engine gives up on some long runs, a million blanks for one.
            return self._fallback.count(text)


def vocabulary_problem(vocabulary: Vocabulary) -> str | None:
    """Why `vocabulary` cannot be used on this machine, and how to mend it, in one line; None when it can."""
    from importlib.util import find_spec

    if find_spec("tiktoken") is None:
        return "the tiktoken package is not installed; run `pip install tiktoken`"
    try:
        _read_checked(vocabulary, cache_path(vocabulary))
    except TokenizerError as error:
        return str(error)
    return None


def load_exact(vocabulary: Vocabulary, fallback: TokenCounter) -> ExactCounter:
    """The counter of `vocabulary`. Raises TokenizerError when it, or tiktoken, is not on this machine."""
    return ExactCounter(vocabulary.name, _load_encoding(vocabulary, cache_path(vocabulary)), fallback)


@lru_cache(maxsize=4)
def _load_encoding(vocabulary: Vocabulary, path: Path) -> Encoding:
    from base64 import b64decode

    content = _read_checked(vocabulary, path)
    try:
        from tiktoken import Encoding
    except ImportError as error:
        raise TokenizerError(
            f"{vocabulary.name}: the tiktoken package is not installed; run `pip install tiktoken`"
        ) from error
    ranks = {b64decode(token): int(rank) for token, rank in map(bytes.split, content.splitlines())}
    return Encoding(vocabulary.name, pat_str=vocabulary.pattern, mergeable_ranks=ranks, special_tokens={})


def _read_checked(vocabulary: Vocabulary, path: Path) -> bytes:
    mend = f"run `memview tokenizer fetch {vocabulary.name}`"
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise TokenizerError(f"{vocabulary.name}: its vocabulary is not on this machine; {mend}") from error
    except OSError as error:
        raise TokenizerError(f"{vocabulary.name}: cannot read {str(path)!r} ({error.strerror}); {mend}") from error
    if not is_genuine(vocabulary, content):
        raise TokenizerError(
            f"{vocabulary.name}: {str(path)!r} is damaged, its SHA-256 is not the published one; {mend}"
        )
    return content
