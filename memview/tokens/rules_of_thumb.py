"""The arithmetic that shipped agents use in place of a tokenizer, so that a replay can count as they did.

Integers throughout: a float product such as `words * 1.3` may round differently from one size to the next.
"""

from __future__ import annotations


class WordsCounter:
    """Words times 1.3, rounded down, as in the MemGPT lesson; far too low for scripts without blanks."""

    name = "words"
    exact = False

    def count(self, text: str) -> int:
        """Blank-separated words of `text` times 1.3, in tokens."""
        return len(text.split()) * 13 // 10


class Chars4Counter:
    """A quarter of the characters, rounded up: the count of Letta Code."""

    name = "chars4"
    exact = False

    def count(self, text: str) -> int:
        """Characters of `text` divided by four, rounded up, in tokens."""
        return (len(text) + 3) // 4


class Bytes4Counter:
    """A quarter of the UTF-8 bytes, rounded up, times 1.3, rounded up: the count of Letta."""

    name = "bytes4x1.3"
    exact = False

    def count(self, text: str) -> int:
        """UTF-8 bytes of `text` by Letta's rule, in tokens; a lone surrogate weighs three bytes."""
        quarter = (len(text.encode("utf-8", "surrogatepass")) + 3) // 4
        return (quarter * 13 + 9) // 10
