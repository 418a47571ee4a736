"""Reading cache traces, good ones and hostile ones."""

from __future__ import annotations

import gzip
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.policies.trace import MOST_SIZE, Trace, TraceError, TraceFuture, read_trace


def written(directory: Path, content: bytes, name: str = "trace.txt") -> Path:
    path = directory / name
    path.write_bytes(content)
    return path


def read(directory: Path, content: bytes) -> list[tuple[int, int]]:
    trace = read_trace(written(directory, content))
    return list(zip(trace.keys, trace.sizes, strict=True))


GOOD = {
    "plain": (b"1 13\n2 33\n1 13\n", [(1, 13), (2, 33), (1, 13)]),
    "no line end": (b"1 13", [(1, 13)]),
    "comments and blank lines": (b"# a trace\n\n  \n1 13 # first\n   # more\n2 5\n", [(1, 13), (2, 5)]),
    "tabs, spaces, CRLF": (b"1\t13\r\n  2   5  \r\n", [(1, 13), (2, 5)]),
    "byte order mark": (b"\xef\xbb\xbf1 13\n", [(1, 13)]),
    "another size for a known id": (b"1 13\n1 14\n", [(1, 13), (1, 14)]),
    "large numbers": (b"999999999999999999 1000000000000\n0 1\n", [(10**18 - 1, MOST_SIZE), (0, 1)]),
    "zeros before a size": (b"1 007\n", [(1, 7)]),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_a_trace(tmp_path: Path, name: str) -> None:
    content, requests = GOOD[name]
    assert read(tmp_path, content) == requests


def test_a_gzip_trace_is_unpacked(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(b"1 13\n2 5\n")) == [(1, 13), (2, 5)]


def test_any_word_is_an_id_and_never_that_of_another_word(tmp_path: Path) -> None:
    words = ["7", "07", "PRF-00012", "-1", "1.5", "prf-00012", "été", "1" * 19, "4611686018427387904", "1,5"]
    content = "".join(f"{word} 3\n" for word in words * 2).encode()
    keys = [key for key, _ in read(tmp_path, content)]
    assert keys[0] == 7
    assert len(set(keys)) == len(words)
    assert keys[: len(words)] == keys[len(words) :]
    assert all(key >= 0 for key in keys)


BAD = {
    "missing size": (b"1 13\n2\n", ":2: '2' has no size; write `id size`"),
    "a comma": (b"1,13\n", ":1: '1,13' has no size; write `id size`, with a space"),
    "too many words": (b"\n1 13 5\n", ":2: 3 words; write `id size`, an id without spaces"),
    "negative size": (b"1 13\n# x\n1 -5\n", ":3: the size is '-5', not above 0; write the size"),
    "zero size": (b"1 0\n", ":1: the size is '0', not above 0"),
    "many zeros": (b"1 " + b"0" * 5000 + b"\n", ":1: the size is '0000"),
    "minus zero": (b"1 -0\n", ":1: the size is '-0', not above 0"),
    "a fraction": (b"1 1.5\n", ":1: the size '1.5' is no whole number"),
    "a word": (b"a b\n", ":1: the size 'b' is no whole number"),
    "a plus": (b"1 +5\n", ":1: the size '+5' is no whole number"),
    "not a number": (b"1 nan\n", ":1: the size 'nan' is no whole number"),
    "digits of another script": ("1 ٣\n".encode(), ":1: the size '٣' is no whole number"),
    "huge": (b"1 1000000000001\n", ":1: the size '1000000000001' is above 10**12"),
    "absurd": (b"1 " + b"9" * 100_000 + b"\n", "is above 10**12"),
    "a long line": (b"1 " + b" " * 2_000_000 + b"5\n", ":1: line: longer than 1 MB; is this a trace file?"),
    "empty": (b"", ": has no request; write `id size` lines"),
    "comments alone": (b"# nothing\n\n", ": has no request"),
    "binary": (bytes(range(256)), ": is binary data or UTF-16, not text; name a trace file"),
    "binary later": (b"1 13\n\x00\xff\x1b[2J\n", ":2: "),
    "control codes": (b"1 \x1b[31m\n", ":1: the size '\\x1b[31m' is no whole number"),
    "not UTF-8": (b"1 \xff\xfe\n", ":1: the size "),
    "UTF-16": ("1 13\n".encode("utf-16"), ": is UTF-16 text; save it as UTF-8"),
    "a zip archive": (b"PK\x03\x04rest", ": is a zip archive"),
    "gzip that breaks off": (gzip.compress(b"1 13\n" * 99999)[:-20], "compressed data break off"),
    "damaged gzip": (b"\x1f\x8b\x08\x00garbage", ": "),
    "JSON Lines": (b'{"type":"turn"}\n', ":1: "),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_trace_is_one_line_with_file_and_line(tmp_path: Path, name: str) -> None:
    content, told = BAD[name]
    path = written(tmp_path, content)
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert told in message
    assert message.isprintable()
    assert "session" not in message
    assert len(message) < len(str(path)) + 200


@pytest.mark.parametrize("name", ["nowhere.txt", ".", "a\x00b"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(TraceError) as caught:
        read_trace(tmp_path / name)
    assert str(caught.value).isprintable()
    assert "session" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_trace_or_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = written(tmp_path_factory.mktemp("trace"), content)
    try:
        trace = read_trace(path)
    except TraceError:
        return
    assert len(trace) == len(trace.sizes) > 0
    assert min(trace.sizes) >= 1


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 7), st.integers(-1, 35))
def test_the_future_is_the_next_request_for_a_key(keys: list[int], key: int, turn: int) -> None:
    future = TraceFuture(Trace(array("q", keys), array("q", [1] * len(keys))))
    later = [place for place, each in enumerate(keys, 1) if each == key and place > turn]
    assert future.next_reference(key, turn) == (later[0] if later else None)
