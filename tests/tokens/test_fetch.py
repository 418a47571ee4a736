"""Fetching a vocabulary from a server on this machine: whole and genuine, or not at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from memview.model.errors import TokenizerError
from memview.tokens import fetch_vocabulary, load_counter
from memview.tokens.vocabulary import Vocabulary, cache_path


@contextmanager
def serving(answer: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/o200k_base.tiktoken"
        finally:
            server.shutdown()
            thread.join()


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The tests' output stays clean."""


def answering(body: bytes, status: int = 200) -> type[BaseHTTPRequestHandler]:
    class Answer(Quiet):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    return Answer


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_fetched_vocabulary_counts(cache: Path, content: bytes, vocabularies: Mapping[str, Vocabulary]) -> None:
    with serving(answering(content)) as url:
        published = {"o200k_base": vocabularies["o200k_base"]._replace(url=url)}
        path = fetch_vocabulary("o200k_base", vocabularies=published)
    assert path == cache_path(published["o200k_base"])
    assert path.read_bytes() == content
    assert [entry.name for entry in cache.iterdir()] == [path.name]
    assert load_counter("o200k_base", vocabularies=published).count("hello hello") == 3


def test_mirror_lands_under_the_published_name(
    cache: Path, content: bytes, vocabularies: Mapping[str, Vocabulary], tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror.tiktoken"
    mirror.write_bytes(content)
    path = fetch_vocabulary("o200k_base", url=mirror.as_uri(), vocabularies=vocabularies)
    assert path == cache_path(vocabularies["o200k_base"])
    assert load_counter("o200k_base", vocabularies=vocabularies).exact


def test_damaged_file_is_replaced(cache: Path, content: bytes, vocabularies: Mapping[str, Vocabulary]) -> None:
    cache.mkdir()
    path = cache_path(vocabularies["o200k_base"])
    path.write_bytes(b"torn")
    with serving(answering(content)) as url:
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)
    assert path.read_bytes() == content


def test_wrong_file_changes_nothing(cache: Path, content: bytes, vocabularies: Mapping[str, Vocabulary]) -> None:
    cache.mkdir()
    path = cache_path(vocabularies["o200k_base"])
    path.write_bytes(b"before")
    wrong = serving(answering(content + b"\n"))
    with wrong as url, pytest.raises(TokenizerError, match="SHA-256 is not the published one"):
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)
    assert [(entry.name, entry.read_bytes()) for entry in cache.iterdir()] == [(path.name, b"before")]


def test_endless_file_is_cut_short(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    endless = serving(answering(b"x" * 13_000_000))
    with endless as url, pytest.raises(TokenizerError, match="too large"):
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)
    assert not cache.exists()


def test_status_is_named_and_the_servers_words_are_not(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    with serving(answering(b"\x1b[31mno", status=404)) as url, pytest.raises(TokenizerError) as caught:
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)
    assert "answered with status 404" in str(caught.value)
    assert str(caught.value).isprintable()


def test_silent_server(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    over = Event()

    class Silent(Quiet):
        def do_GET(self) -> None:
            over.wait()

    with serving(Silent) as url:
        try:
            with pytest.raises(TokenizerError, match=r"did not deliver within 0\.05 s"):
                fetch_vocabulary("o200k_base", url=url, timeout=0.05, vocabularies=vocabularies)
        finally:
            over.set()


def test_dripping_server_meets_the_deadline(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    over = Event()

    class Dripping(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not over.wait(0.01):
                self.wfile.write(b"x")

    with serving(Dripping) as url:
        try:
            with pytest.raises(TokenizerError, match="did not deliver"):
                fetch_vocabulary("o200k_base", url=url, timeout=0.1, vocabularies=vocabularies)
        finally:
            over.set()


def test_refused_connection(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(TokenizerError, match="Connection refused"):
            fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)


def test_server_that_speaks_no_http(cache: Path, vocabularies: Mapping[str, Vocabulary]) -> None:
    class Babble(Quiet):
        def do_GET(self) -> None:
            self.wfile.write(b"\x1b[2J\r\n\r\n")

    with serving(Babble) as url, pytest.raises(TokenizerError, match="BadStatusLine") as caught:
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)
    assert str(caught.value).isprintable()


def test_cache_that_cannot_be_written(
    tmp_path: Path, content: bytes, vocabularies: Mapping[str, Vocabulary], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "file" / "below"))
    with serving(answering(content)) as url, pytest.raises(TokenizerError, match="set TIKTOKEN_CACHE_DIR"):
        fetch_vocabulary("o200k_base", url=url, vocabularies=vocabularies)


@pytest.mark.parametrize("name", ["estimate", "words", "nonsense", ""])
def test_only_vocabularies_are_fetched(name: str) -> None:
    with pytest.raises(TokenizerError, match="needs no vocabulary; fetch one of o200k_base, cl100k_base"):
        fetch_vocabulary(name)


@pytest.mark.parametrize(
    "url", ["", "ftp://host/x", "/etc/passwd", "http://", "http://[", "https://a b/", "http://\n/"]
)
def test_odd_addresses(cache: Path, url: str) -> None:
    with pytest.raises(TokenizerError) as caught:
        fetch_vocabulary("o200k_base", url=url, timeout=0.05)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0.0, -1.0, float("nan"), float("inf")])
def test_timeouts_that_cannot_work(timeout: float) -> None:
    with pytest.raises(TokenizerError, match="give a number above 0"):
        fetch_vocabulary("o200k_base", timeout=timeout)
