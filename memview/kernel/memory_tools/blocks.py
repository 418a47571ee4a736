"""The blocks of core memory through time: which records each consists of, in order, and what it says.

A block's text is that of its parts, one a line: its value at load, core memories of that section, what tools added.
What the guard has something to say about (quarantined, private, untrusted, ...) is never a part. Blocks depend on the
session alone, as its recorded calls do: a policy decides what of them is in the prompt, not what they say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from memview.kernel.items import ItemTable
from memview.kernel.memory_tools.calls import Refusal, clipped
from memview.model.block import Block

_IMPLICIT = ("human", "persona")


@dataclass(frozen=True, slots=True)
class BlockState:
    """A block at a turn. `chars` and `limit` are characters; `memory_ids` are the records that its lines come from."""

    label: str
    value: str
    chars: int
    limit: int
    description: str
    read_only: bool
    memory_ids: tuple[str, ...]


class _Splice(NamedTuple):
    """`removed` parts from place `at` on made way for `item` (None: for nothing)."""

    label: str
    at: int
    removed: int
    item: int | None


class Blocks:
    """The blocks of one session, edited in order of time; any earlier state can be had again.

    A session that declares none has one for each section that its memories name, and `human` and `persona`.
    """

    def __init__(self, items: ItemTable, declared: Sequence[Block], default_limit: int) -> None:
        self._items = items
        self._declared = {block.label: block for block in declared}
        self._default_limit = default_limit
        self._parts: dict[str, list[int]] = {label: [] for label in self._declared or _IMPLICIT}
        self._since: dict[str, int] = dict.fromkeys(self._parts, 0)
        self._chars: dict[str, int] = dict.fromkeys(self._parts, 0)
        self._label_of: dict[int, str] = {}
        self._splices: list[_Splice] = []
        self._turns: list[int] = []

    def is_declared(self, label: str) -> bool:
        """Whether the session itself describes the block: then all of it is pinned."""
        return label in self._declared

    def limit(self, label: str) -> int:
        """Characters that the block may have."""
        block = self._declared.get(label)
        return self._default_limit if block is None else block.limit

    def editable(self, label: str) -> list[int]:
        """The parts of a block that may be edited. Raises Refusal for one that does not exist or is read-only."""
        parts = self._parts.get(label)
        if parts is None:
            there = ", ".join(clipped(name) for name in list(self._parts)[:20])
            raise Refusal(f"Block field {clipped(label)} does not exist (available sections = {there})")
        block = self._declared.get(label)
        if block is not None and block.read_only:
            raise Refusal("This block is read-only and cannot be edited.")
        return parts

    def value(self, label: str) -> str:
        """What the block says now."""
        return _joined(self._items, self._parts[label])

    def check(self, label: str, chars: int) -> None:
        """Raise Refusal when the block may not have so many characters."""
        if chars > self.limit(label):
            raise Refusal(f"Edit failed: Exceeds {self.limit(label)} character limit (requested {chars})")

    def chars(self, label: str) -> int:
        """Characters of the block's text now."""
        return self._chars[label] + max(0, len(self._parts[label]) - 1)

    def splice(self, turn: int, label: str, at: int, removed: int, item: int | None) -> None:
        """Put `item` in the place of `removed` parts of the block, from place `at` on."""
        parts, texts = self._parts[label], self._items.texts
        for old in parts[at : at + removed]:
            del self._label_of[old]
            self._chars[label] -= len(texts[old])
        parts[at : at + removed] = () if item is None else (item,)
        if item is not None:
            self._label_of[item] = label
            self._chars[label] += len(texts[item])
        self._splices.append(_Splice(label, at, removed, item))
        self._turns.append(turn)

    def note(self, item: int, turn: int) -> None:
        """A record came in by itself, at load or because the agent wrote it: it may be a part, or replace one."""
        items = self._items
        record = items.record(item)
        label = record.section
        if label is not None and not self._declared and label not in self._parts:
            self._parts[label], self._chars[label], self._since[label] = [], 0, turn
        old = self._superseded(item)
        if old is not None and record.section in (None, self._label_of[old]) and self.may_hold(item):
            self._put_in_its_place(old, item, turn)
            return
        self.drop_superseded(item, turn)
        if record.tier == "core" and label in self._parts and self.may_hold(item):
            self.splice(turn, label, len(self._parts[label]), 0, item)

    def drop_superseded(self, item: int, turn: int) -> None:
        """The part that the record replaces, if it does replace one, is a part no longer."""
        old = self._superseded(item)
        if old is not None:
            self._put_in_its_place(old, None, turn)

    def drop(self, item: int, turn: int) -> None:
        """The record may be shown no longer: it is a part no longer."""
        if item in self._label_of:
            self._put_in_its_place(item, None, turn)

    def _superseded(self, item: int) -> int | None:
        items = self._items
        name = items.record(item).supersedes
        old = None if name is None else items.find(name)
        if old is None or old not in self._label_of or old >= item or items.is_untrusted(item):
            return None
        return old

    def _put_in_its_place(self, old: int, item: int | None, turn: int) -> None:
        label = self._label_of[old]
        self.splice(turn, label, self._parts[label].index(old), 1, item)

    def may_hold(self, item: int) -> bool:
        """Whether the record may be part of a block at all."""
        return not self._items.guarded[item] and not self._items.is_untrusted(item)

    def at(self, turn: int) -> list[BlockState]:
        """Every block as it stood at the end of `turn`."""
        parts: dict[str, list[int]] = {label: [] for label, since in list(self._since.items()) if since <= turn}
        for splice in self._splices[: bisect_right(self._turns, turn)]:
            parts[splice.label][splice.at : splice.at + splice.removed] = () if splice.item is None else (splice.item,)
        return [self._state(label, found) for label, found in parts.items()]

    def _state(self, label: str, parts: list[int]) -> BlockState:
        block = self._declared.get(label) or Block(label, limit=self._default_limit)
        value = _joined(self._items, parts)
        ids = tuple(self._items.ids[item] for item in parts)
        return BlockState(label, value, len(value), block.limit, block.description, block.read_only, ids)


def _joined(items: ItemTable, parts: Sequence[int]) -> str:
    return "\n".join(items.texts[item] for item in parts)
