"""What every token counter can do."""

from __future__ import annotations

from typing import Protocol


class TokenCounter(Protocol):
    """A named, deterministic way to count the tokens of a text."""

    @property
    def name(self) -> str:
        """The counter's name, as it stands in session files and replay digests."""
        ...

    @property
    def exact(self) -> bool:
        """True when the numbers are those of the named vocabulary itself, not an estimate of them."""
        ...

    def count(self, text: str) -> int:
        """Tokens of `text`: 0 for an empty text, never an error, whatever the text holds."""
        ...
