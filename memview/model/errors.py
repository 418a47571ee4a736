"""Errors that a person can mend: each is one line that says what is wrong, where, and what to do."""

from __future__ import annotations


class MemviewError(Exception):
    """Bad input from outside (a file, an option, a setting). `str(error)` is one printable line."""


class SessionFileError(MemviewError):
    """A session file that cannot be read: names file, line and field."""


class PolicyError(MemviewError):
    """An unknown policy, a policy file with a wrong key, or a budget that cannot work."""


class ExpressionError(MemviewError):
    """An expression that does not parse or names an unknown signal.

    `position` is the 0-based column in `source` at which it goes wrong.
    """

    def __init__(self, message: str, source: str, position: int) -> None:
        super().__init__(f"{message} at column {position + 1} of {source!r}")
        self.message = message
        self.source = source
        self.position = position


class TokenizerError(MemviewError):
    """An unknown token counter, or an exact one whose vocabulary is not on this machine."""
