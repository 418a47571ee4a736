"""What the guard's screening says of the records of a session, in the words that events and screens use."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from memview.model.memory import Memory

if TYPE_CHECKING:
    from memview.guard.screening import Source
    from memview.kernel.items import ItemTable
    from memview.kernel.recorder import Recorder

_NAMED = 3


class Flag(NamedTuple):
    """A record that is quarantined for its shape: `score` (0..1) reached `bar`; `rules` are met, heaviest first."""

    score: float
    bar: float
    rules: tuple[str, ...]

    @property
    def reason(self) -> str:
        """`screened: exfiltration, secrecy; needs an approval`. No rule's name has a brace: this is a template too."""
        more = f" and {len(self.rules) - _NAMED} more" if len(self.rules) > _NAMED else ""
        return f"screened: {', '.join(self.rules[:_NAMED])}{more}; needs an approval"


def flag_of(memory: Memory, trust: str) -> Flag | None:
    """Why `memory`, trusted as far as its lineage (`trust`) is, has to wait for an approval; None when it has not."""
    from memview.guard.sources import memory_source

    return _flag(memory.text, memory_source(memory, trust))


def flag_of_made(memory: Memory, trust: str) -> Flag | None:
    """The same for what a policy has made out of items that are there: its words are theirs."""
    from memview.guard.sources import made_source

    return None if memory.kind == "message" else _flag(memory.text, made_source(memory, trust))


def quarantine(item: int, reason: str, items: ItemTable, recorder: Recorder) -> None:
    """Record that a stored `item` waits for an approval, for `reason`, a template; if for its shape, with the score."""
    flag = items.flags.get(item)
    if flag is not None and flag.reason != reason:
        flag = None
    recorder.record(
        "quarantine", item, items.home(item), None, items.tokens[item], reason=reason,
        signal=None if flag is None else "screening", value=0.0 if flag is None else flag.score,
        threshold=None if flag is None else flag.bar,
    )  # fmt: skip


def _flag(text: str, source: Source) -> Flag | None:
    # Loaded with the first record: a replay without memories needs none of the rules.
    from memview.guard.screening import bar_of, screen

    found = screen(text, source)
    return Flag(found.score, bar_of(source), found.names) if found.flagged else None
