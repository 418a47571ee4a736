"""Downloading a vocabulary into tiktoken's cache, once, on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from memview.model.errors import TokenizerError
from memview.tokens.vocabulary import VOCABULARIES, Vocabulary, cache_path, is_genuine

if TYPE_CHECKING:
    from pathlib import Path

# Three times the largest published vocabulary: a wrong address must not fill the memory.
_MAX_BYTES = 12_000_000
_CHUNK = 1 << 16


def fetch_vocabulary(
    name: str,
    *,
    url: str | None = None,
    timeout: float = 30.0,
    vocabularies: Mapping[str, Vocabulary] = VOCABULARIES,
) -> Path:
    """Download vocabulary `name`, check its SHA-256, put it into tiktoken's cache, and return where it lies.

    `url` is a mirror (http, https or file); the published address otherwise. `timeout` is in seconds, for
    each wait on the network and for the download as a whole. Raises TokenizerError, and leaves the cache as
    it was, for a name without a vocabulary, no answer, a wrong file, or a directory that cannot be written.
    """
    vocabulary = vocabularies.get(name)
    if vocabulary is None:
        raise TokenizerError(f"{name!r} needs no vocabulary; fetch one of {', '.join(vocabularies)}")
    if not 0 < timeout < 86_400:
        raise TokenizerError(f"timeout: {timeout!r} seconds cannot work; give a number above 0")
    address = vocabulary.url if url is None else url
    if not address.lower().startswith(("http://", "https://", "file://")):
        raise TokenizerError(f"{name}: {address!r} is no address; it starts with https://, http:// or file://")
    content = _download(name, address, timeout)
    if not is_genuine(vocabulary, content):
        raise TokenizerError(
            f"{name}: {address!r} is another file: its SHA-256 is not the published one; nothing was changed"
        )
    target = cache_path(vocabulary)
    try:
        _write_whole(target, content)
    except OSError as error:
        raise TokenizerError(
            f"{name}: cannot write {str(target)!r} ({error.strerror}); set TIKTOKEN_CACHE_DIR to another directory"
        ) from error
    return target


def _download(name: str, address: str, timeout: float) -> bytes:
    from http.client import HTTPException
    from time import monotonic
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    deadline = monotonic() + timeout
    content = bytearray()
    try:
        with urlopen(address, timeout=timeout) as response:  # noqa: S310 - the caller checks the scheme
            # read1 returns after each packet, so a server that drips bytes meets the deadline too.
            while chunk := response.read1(_CHUNK):
                content += chunk
                if len(content) > _MAX_BYTES:
                    raise TokenizerError(f"{name}: {address!r} is too large to be a vocabulary; check the address")
                if monotonic() > deadline:
                    raise TimeoutError
    except HTTPError as error:
        raise TokenizerError(f"{name}: {address!r} answered with status {error.code}; check the address") from error
    except (OSError, HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            raise TokenizerError(
                f"{name}: {address!r} did not deliver within {timeout:g} s; try again or use a mirror"
            ) from error
        # The text of these errors may quote the server, so only system errors are worded.
        detail = (isinstance(cause, OSError) and cause.strerror) or type(cause).__name__
        raise TokenizerError(
            f"{name}: cannot fetch {address!r} ({detail}); check the network or use a mirror"
        ) from error
    return bytes(content)


def _write_whole(target: Path, content: bytes) -> None:
    """Write so that a reader, or a crash, sees the old file or the whole new one."""
    import os
    import tempfile
    from pathlib import Path

    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
