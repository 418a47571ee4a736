"""The prompt of a turn as one line of text: a bar that needs no colour, and the tokens of its sections."""

from __future__ import annotations

from memview.replay import Replay

_CELLS = 24
_LETTERS = {"system": "s", "core": "c", "summary": "m", "retrieved": "r", "window": "w", "query": "q"}


def gauge(replay: Replay, turn: int) -> str:
    """`[ssscccmmwwwwq....RR] 453 of 800: system 90, core 102, ...`; each letter is a section, R the reserve.

    Tokens that are estimated are marked with ≈. A section that is there at all has at least one cell.
    """
    tokens = replay.frame(turn).tokens
    sizes = {name: getattr(tokens, name) for name in _LETTERS}
    sign = "" if replay.workload.tokenizer.exact else "≈"
    shares = ", ".join(f"{name} {size}" for name, size in sizes.items() if size)
    used = "".join(letter * _cells(sizes[name], tokens.limit) for name, letter in _LETTERS.items())
    reserve = "R" * _cells(tokens.reserve, tokens.limit)
    bar = used + "." * max(0, _CELLS - len(used) - len(reserve)) + reserve
    return f"[{bar}] {sign}{tokens.total} of {tokens.limit} tokens: {shares}"


def _cells(size: int, limit: int) -> int:
    return max(1, round(size * _CELLS / limit)) if size else 0
