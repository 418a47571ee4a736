"""The vocabularies of exact counters: where they are published, and where tiktoken keeps them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Vocabulary(NamedTuple):
    """One byte-pair vocabulary. URL, hash and pattern are those of tiktoken's `openai_public.py` (MIT)."""

    name: str
    url: str
    sha256: str
    pattern: str


_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_O200K_PATTERN = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}]*"
        rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}]+{_CONTRACTION}",
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}]+"
        rf"[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}]*{_CONTRACTION}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)
_CL100K_PATTERN = "|".join(
    (
        r"'(?i:[sdmt]|ll|ve|re)",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
        r"\p{N}{1,3}+",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r"\s++$",
        r"\s*[\r\n]",
        r"\s+(?!\S)",
        r"\s",
    )
)
_PUBLISHED = "https://openaipublic.blob.core.windows.net/encodings"
VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "o200k_base": Vocabulary(
            name="o200k_base",
            url=f"{_PUBLISHED}/o200k_base.tiktoken",
            sha256="446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
            pattern=_O200K_PATTERN,
        ),
        "cl100k_base": Vocabulary(
            name="cl100k_base",
            url=f"{_PUBLISHED}/cl100k_base.tiktoken",
            sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
            pattern=_CL100K_PATTERN,
        ),
    }
)


def cache_path(vocabulary: Vocabulary) -> Path:
    """Where tiktoken looks for `vocabulary`: its cache, under the SHA-1 of the published URL."""
    import hashlib
    import tempfile
    from pathlib import Path

    chosen = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    directory = Path(chosen) if chosen else Path(tempfile.gettempdir(), "data-gym-cache")
    return directory / hashlib.sha1(vocabulary.url.encode(), usedforsecurity=False).hexdigest()


def is_genuine(vocabulary: Vocabulary, content: bytes) -> bool:
    """Whether `content` is the published vocabulary, by its SHA-256."""
    import hashlib

    return hashlib.sha256(content).hexdigest() == vocabulary.sha256
