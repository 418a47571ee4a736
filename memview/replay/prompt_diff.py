"""A prompt against another one, of the turn before or of another policy: what begins alike, what is new, what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.replay.views import Prompt, PromptEntry

PREFIX, KEPT, NEW = "prefix", "kept", "new"
"""`prefix`: the other prompt begins with the same up to here, so a provider's cache holds it. `kept`: the other one has
it, too, but after something that differs. `new`: only this one has it."""


@dataclass(frozen=True, slots=True)
class ComparedEntry:
    """`state` is one of `prefix`, `kept`, `new`."""

    entry: PromptEntry
    state: str


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """`gone` are the entries that only the other prompt has in this section."""

    name: str
    tokens: int
    tokens_before: int
    entries: tuple[ComparedEntry, ...]
    gone: tuple[PromptEntry, ...]


@dataclass(frozen=True, slots=True)
class ComparedPrompt:
    """`prefix_tokens` of `total` tokens need not be read again."""

    sections: tuple[ComparedSection, ...]
    prefix_tokens: int
    total: int
    total_before: int


def compare_prompts(now: Prompt, before: Prompt | None) -> ComparedPrompt:
    """`now` against `before`; without one everything is new. Entries are the same when id and text are.

    The query is the end of the window: what was asked in the turn before stands at its place in this one.
    """
    others = () if before is None else before.sections
    then = {section.name: section for section in others}
    alike = _alike(now, before)
    prefix = 0
    sections = []
    for section in now.sections:
        old = then.get(section.name)
        held = () if old is None else old.entries
        theirs, mine = _stock(held), _stock(section.entries)
        entries = []
        for entry in section.entries:
            if alike:
                alike -= 1
                prefix += entry.tokens
                entries.append(ComparedEntry(entry, PREFIX))
            else:
                entries.append(ComparedEntry(entry, KEPT if (entry.item_id, entry.text) in theirs else NEW))
        gone = tuple(entry for entry in held if (entry.item_id, entry.text) not in mine)
        sections.append(
            ComparedSection(section.name, section.tokens, 0 if old is None else old.tokens, tuple(entries), gone)
        )
    total = sum(section.tokens for section in now.sections)
    return ComparedPrompt(tuple(sections), prefix, total, sum(section.tokens for section in others))


def _alike(now: Prompt, before: Prompt | None) -> int:
    """How many entries both prompts begin with. A section that has ended in one of them only ends the prefix."""
    count = 0
    for mine, theirs in zip(_runs(now), [] if before is None else _runs(before), strict=False):
        for entry, other in zip(mine, theirs, strict=False):
            if not _same(entry, other):
                return count
            count += 1
        if len(mine) != len(theirs):
            return count
    return count


def _runs(prompt: Prompt) -> list[tuple[PromptEntry, ...]]:
    """Entries by section, the query with the window."""
    runs = [section.entries for section in prompt.sections]
    return [*runs[:-2], (*runs[-2], *runs[-1])]


def _stock(entries: Sequence[PromptEntry]) -> set[tuple[str, str]]:
    return {(entry.item_id, entry.text) for entry in entries}


def _same(one: PromptEntry, other: PromptEntry) -> bool:
    return one.item_id == other.item_id and one.text == other.text
