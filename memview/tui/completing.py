"""What may stand at the cursor of an expression: names with their meanings, and inside quotes the words of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from memview.model.event import ACTIONS, PLACES
from memview.model.memory import MEMORY_KINDS, TRUST_CLASSES
from memview.replay.breakpoint_names import completions

if TYPE_CHECKING:
    from memview.replay import Replay

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*$")
_OPEN_QUOTE = re.compile(r"""^(?:[^"']|"[^"]*"|'[^']*')*?(["'])([^"']*)$""")
_NAME_BEFORE = re.compile(r"([a-z_]+)\s*(?:==|!=|(?:not\s+)?in\s*[(\[][^)\]]*)\s*$")
_OPERAND = re.compile(r"""(["')\]]|(?<![A-Za-z_0-9.])[0-9.]+)\s*$""")
"""What is complete: behind it something can only be joined on."""
_MOST = 60
_LOOKED_AT = 5_000
_WORDS = {
    "action": ACTIONS, "origin": PLACES, "destination": PLACES, "to": PLACES, "kind": MEMORY_KINDS,
    "trust": TRUST_CLASSES, "role": ("user", "assistant", "tool", "system"),
}  # fmt: skip


class Candidate(NamedTuple):
    """What would be put in, of what kind it is, and what it means."""

    text: str
    kind: str
    meaning: str


_JOINS = (
    Candidate("and", "joins", "both hold"),
    Candidate("or", "joins", "one of both holds"),
)


class Completion(NamedTuple):
    """Candidates for the characters from `start` up to the cursor."""

    start: int
    candidates: Sequence[Candidate]


def completion(text: str, cursor: int, replay: Replay) -> Completion:
    """What could stand at `cursor` in `text`; every name where nothing is begun."""
    before = text[:cursor]
    quoted = _OPEN_QUOTE.match(before)
    if quoted is not None:
        return _in_quotes(before, quoted, replay)
    if _OPERAND.search(before):
        gap = "" if before.endswith(" ") else " "
        return Completion(cursor, [Candidate(f"{gap}{each.text} ", each.kind, each.meaning) for each in _JOINS])
    word = _WORD.search(before)
    start = word.start() if word else cursor
    found = [Candidate(each.name, each.unit or each.type, each.meaning) for each in completions(before[start:cursor])]
    return Completion(start, found)


def _in_quotes(before: str, quoted: re.Match[str], replay: Replay) -> Completion:
    start = quoted.start(2)
    named = _NAME_BEFORE.search(before[: start - 1])
    words = _words_of(named[1] if named else "", replay)
    begun = quoted[2].casefold()
    fitting = [word for word in words if begun in word.casefold() and word.isprintable() and not {'"', "'"} & {*word}]
    fitting.sort(key=lambda word: not word.casefold().startswith(begun))
    return Completion(start, [Candidate(word + quoted[1], "", "") for word in fitting[:_MOST]])


def _words_of(name: str, replay: Replay) -> Iterable[str]:
    if name in ("memory_id", "covered_by"):
        items = replay.workload.items
        return [items.ids[item] for item in range(min(len(items), _LOOKED_AT))]
    if name == "signal":
        return tuple(replay.events.signals)
    if name == "agent":
        return dict.fromkeys(turn.agent for turn in replay.session.turns[:_LOOKED_AT] if turn.agent)
    return _WORDS.get(name, ())


def quoted_text(text: str) -> str:
    """`text` as a literal that an expression can hold, and that shows for what it is."""
    return f'"{text}"' if text.isprintable() and not {'"', "\\"} & {*text} else ascii(text)
