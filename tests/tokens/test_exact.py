"""Exact counters: only from a vocabulary that is here and genuine; tiktoken never goes to the network."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memview.model.errors import TokenizerError
from memview.tokens import counter_or_estimate, load_counter, tokenizer_status
from memview.tokens.vocabulary import VOCABULARIES, Vocabulary, cache_path

MEASURED = Path(__file__).parents[3] / "shared" / "data" / "tokens" / "counts.jsonl"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bytes:
        pytest.fail("tiktoken went to fetch a vocabulary")

    monkeypatch.setattr("tiktoken.load.read_file", refuse)


@pytest.fixture
def present(cache: Path, content: bytes, vocabularies: Mapping[str, Vocabulary]) -> Mapping[str, Vocabulary]:
    cache.mkdir()
    cache_path(vocabularies["o200k_base"]).write_bytes(content)
    return vocabularies


def test_counts_by_the_vocabulary(present: Mapping[str, Vocabulary]) -> None:
    counter = load_counter("o200k_base", vocabularies=present)
    assert (counter.name, counter.exact) == ("o200k_base", True)
    assert counter.count("") == 0
    assert counter.count("hello") == 1
    assert counter.count("hello world") == 1 + 5
    assert counter.count("<|endoftext|>") == len("<|endoftext|>")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters()))
def test_any_text_has_a_count(present: Mapping[str, Vocabulary], text: str) -> None:
    assert load_counter("o200k_base", vocabularies=present).count(text) >= (1 if text else 0)


def test_a_text_that_tiktoken_refuses_is_estimated(present: Mapping[str, Vocabulary]) -> None:
    text = " " * 1_000_000 + "a"
    counted = load_counter("o200k_base", vocabularies=present).count(text)
    assert counted == load_counter("estimate").count(text)


def test_absent_vocabulary(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    with pytest.raises(TokenizerError, match="not on this machine; run `memview tokenizer fetch o200k_base`"):
        load_counter("o200k_base", vocabularies=vocabularies)
    counter, reason = counter_or_estimate("o200k_base", vocabularies=vocabularies)
    assert counter.name == "estimate"
    assert reason is not None
    assert reason.startswith("counting with `estimate`: o200k_base: its vocabulary is not on this machine")
    assert "\n" not in reason


def test_damaged_vocabulary_is_neither_used_nor_removed(present: Mapping[str, Vocabulary]) -> None:
    path = cache_path(present["o200k_base"])
    path.write_bytes(b"IQ== 0\n")
    with pytest.raises(TokenizerError, match="is damaged"):
        load_counter("o200k_base", vocabularies=present)
    assert path.read_bytes() == b"IQ== 0\n"


def test_unreadable_vocabulary(present: Mapping[str, Vocabulary]) -> None:
    path = cache_path(present["o200k_base"])
    path.unlink()
    path.mkdir()
    with pytest.raises(TokenizerError, match="cannot read"):
        load_counter("o200k_base", vocabularies=present)


def test_status_follows_the_cache(present: Mapping[str, Vocabulary]) -> None:
    available = {line.name: line.available for line in tokenizer_status(vocabularies=present)}
    assert available["o200k_base"]
    cache_path(present["o200k_base"]).unlink()
    assert not {line.name: line.available for line in tokenizer_status(vocabularies=present)}["o200k_base"]


def test_cache_is_where_tiktoken_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "fb374d419588a4632f3f557e76b4b70aebbca790"
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "a"))
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(tmp_path / "b"))
    assert cache_path(VOCABULARIES["o200k_base"]) == tmp_path / "a" / name
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    assert cache_path(VOCABULARIES["o200k_base"]) == tmp_path / "b" / name
    monkeypatch.delenv("DATA_GYM_CACHE_DIR")
    assert cache_path(VOCABULARIES["o200k_base"]) == Path(tempfile.gettempdir(), "data-gym-cache", name)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_table_is_that_of_tiktoken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken_ext.openai_public as published

    asked: list[tuple[str, str | None]] = []

    def remember(url: str, expected_hash: str | None = None) -> dict[bytes, int]:
        asked.append((url, expected_hash))
        return {}

    monkeypatch.setattr(published, "load_tiktoken_bpe", remember)
    definition: dict[str, Any] = published.ENCODING_CONSTRUCTORS[name]()
    ours = VOCABULARIES[name]
    assert asked == [(ours.url, ours.sha256)]
    assert definition["pat_str"] == ours.pattern


@pytest.mark.parametrize("name", VOCABULARIES)
def test_measured_counts(name: str) -> None:
    counter, reason = counter_or_estimate(name)
    if reason or not MEASURED.exists():
        pytest.skip(reason or f"{MEASURED} is not here")
    for row in map(json.loads, MEASURED.read_text("utf-8").splitlines()):
        assert counter.count(row["text"]) == row[name]
