"""Every counter: total, deterministic, and the arithmetic of the system it stands for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.model.errors import TokenizerError
from memview.tokens import COUNTER_NAMES, counter_or_estimate, load_counter, tokenizer_status

INEXACT = ("estimate", "words", "chars4", "bytes4x1.3")
ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize("name", INEXACT)
def test_empty_text_costs_nothing(name: str) -> None:
    assert load_counter(name).count("") == 0


@pytest.mark.parametrize("name", INEXACT)
@given(text=ANY_TEXT)
def test_any_text_has_a_count(name: str, text: str) -> None:
    counter = load_counter(name)
    first = counter.count(text)
    assert first >= 0
    assert counter.count(text) == first


@pytest.mark.parametrize("name", INEXACT)
def test_lone_surrogates_are_counted(name: str) -> None:
    assert load_counter(name).count("say \ud800\udfff \udc00 hello") > 0


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("words", "one", 1),
        ("words", "one two three", 3),
        ("words", " ".join(["w"] * 10), 13),
        ("words", " \n\t", 0),
        ("chars4", "abcd", 1),
        ("chars4", "abcde", 2),
        ("chars4", "漢字漢字", 1),
        ("bytes4x1.3", "abcd", 2),
        ("bytes4x1.3", "a" * 40, 13),
        ("bytes4x1.3", "a" * 41, 15),
        ("bytes4x1.3", "漢字漢字", 4),
    ],
)
def test_rules_of_thumb(name: str, text: str, tokens: int) -> None:
    assert load_counter(name).count(text) == tokens


@given(st.integers(0, 10**6))
def test_letta_rule_rounds_up_exactly(length: int) -> None:
    quarter = -(-length // 4)
    tokens = load_counter("bytes4x1.3").count("a" * length)
    assert 10 * (tokens - 1) < 13 * quarter <= 10 * tokens or length == tokens == 0


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(TokenizerError, match="did you mean o200k_base"):
        load_counter("o200k")
    with pytest.raises(TokenizerError, match="known: estimate, words"):
        load_counter("\x1b[31m")
    with pytest.raises(TokenizerError, match="did you mean words"):
        counter_or_estimate("wrods")


def test_no_name_means_the_estimate() -> None:
    counter, reason = counter_or_estimate(None)
    assert (counter.name, counter.exact, reason) == ("estimate", False, None)


def test_status_lists_every_counter_in_order() -> None:
    status = tokenizer_status()
    assert tuple(line.name for line in status) == COUNTER_NAMES
    assert [line.name for line in status if line.exact] == ["o200k_base", "cl100k_base"]
    assert all(line.available for line in status if not line.exact)


def test_importing_the_counters_loads_nothing_heavy() -> None:
    code = "import sys, memview.tokens; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tiktoken", "numpy", "pydantic", "urllib.request", "http.client", "ssl"} & set(loaded)
