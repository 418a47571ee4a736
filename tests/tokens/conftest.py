"""A vocabulary of our own, small enough to serve and to check by hand."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from memview.tokens.vocabulary import VOCABULARIES, Vocabulary

MERGES = (b"he", b"ll", b"hell", b"hello", b" w")
CONTENT = b"".join(
    b64encode(token) + b" " + str(rank).encode() + b"\n"
    for rank, token in enumerate([*(bytes([byte]) for byte in range(256)), *MERGES])
)


@pytest.fixture
def content() -> bytes:
    """The file: 256 bytes and five merges."""
    return CONTENT


@pytest.fixture
def vocabularies() -> Mapping[str, Vocabulary]:
    """`o200k_base` as if `content` were what is published."""
    real = VOCABULARIES["o200k_base"]
    return {"o200k_base": real._replace(url="http://127.0.0.1:9/none", sha256=sha256(CONTENT).hexdigest())}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tiktoken cache."""
    directory = tmp_path / "cache"
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(directory))
    return directory
