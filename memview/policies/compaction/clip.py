"""Texts cut short, as systems cut them."""

from __future__ import annotations


def head_and_tail(text: str, share: float, tokens: int) -> str:
    """About `share` of `text`: its head, a mark that says how many tokens are gone, and its tail."""
    length = int(len(text) * share)
    head = (length + 1) // 2
    tail = length - head
    return f"{text[:head]}\n[{tokens} tokens cut]\n{text[len(text) - tail :]}"


def last_lines(text: str, count: int) -> str:
    """The last `count` lines of `text` behind a mark, or `text` itself when it has no more."""
    lines = text.splitlines()
    if len(lines) <= count:
        return text
    return "\n".join([f"[{len(lines) - count} earlier lines cut]", *lines[len(lines) - count :]])


def head(text: str, characters: int) -> str:
    """The first `characters` of `text` and a mark, or `text` itself when it has no more."""
    return text if len(text) <= characters else f"{text[:characters]}\n[cut]"
