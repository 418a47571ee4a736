"""The blocks of core memory through time: which records each consists of, in order, and what it says.

A block's text is that of its parts, one a line: its value at load, core memories of that section, what tools added.
What the guard has something to say about (quarantined, untrusted, ...) is never a part. With several agents each has
blocks of its own, beside those that are everybody's. Blocks depend on the session alone, as its recorded calls do: a
policy decides what of them is in the prompt, not what they say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from memview.kernel.items import CONDITIONAL, ItemTable
from memview.kernel.memory_tools.calls import Refusal, clipped
from memview.model.block import Block

_IMPLICIT = ("human", "persona")


@dataclass(frozen=True, slots=True)
class BlockState:
    """A block at a turn. `chars` and `limit` are characters; `memory_ids` are the records that its lines come from.

    `agent` is whose it is; None: everybody's.
    """

    label: str
    value: str
    chars: int
    limit: int
    description: str
    read_only: bool
    memory_ids: tuple[str, ...]
    agent: str | None = None


class BlockKey(NamedTuple):
    """One block of a session: two agents may have one of the same label. `agent` None: everybody's."""

    agent: str | None
    label: str


class _Splice(NamedTuple):
    """`removed` parts from place `at` on made way for `item` (None: for nothing)."""

    key: BlockKey
    at: int
    removed: int
    item: int | None


class Blocks:
    """The blocks of one session, edited in order of time; any earlier state can be had again.

    A session that declares none has one for each section that its memories name, and `human` and `persona`; none of
    them is a single agent's among several.
    """

    def __init__(self, items: ItemTable, declared: Sequence[Block], default_limit: int) -> None:
        self._items = items
        nobody = items.default_owner
        self._declared = {BlockKey(block.agent or nobody, block.label): block for block in declared}
        self._default_limit = default_limit
        implicit = [BlockKey(nobody, label) for label in _IMPLICIT]
        self._parts: dict[BlockKey, list[int]] = {key: [] for key in self._declared or implicit}
        self._since: dict[BlockKey, int] = dict.fromkeys(self._parts, 0)
        self._chars: dict[BlockKey, int] = dict.fromkeys(self._parts, 0)
        self._key_of: dict[int, BlockKey] = {}
        self._splices: list[_Splice] = []
        self._turns: list[int] = []

    def key(self, label: str, agent: str | None) -> BlockKey:
        """The block that `agent` means by `label`: its own, else everybody's. Raises Refusal when there is none."""
        for key in (BlockKey(agent, label), BlockKey(None, label)):
            if key in self._parts:
                return key
        reach = [key for key in self._parts if agent is None or key.agent in (None, agent)]
        if agent is None:
            # A turn that nobody is named for: whoever acts there, the label says which block.
            found = next((key for key in reach if key.label == label), None)
            if found is not None:
                return found
        there = ", ".join(clipped(name) for name in list(dict.fromkeys(key.label for key in reach))[:20])
        raise Refusal(f"Block field {clipped(label)} does not exist (available sections = {there})")

    def is_declared(self, key: BlockKey) -> bool:
        """Whether the session itself describes the block: then all of it is pinned."""
        return key in self._declared

    def limit(self, key: BlockKey) -> int:
        """Characters that the block may have."""
        block = self._declared.get(key)
        return self._default_limit if block is None else block.limit

    def editable(self, key: BlockKey) -> list[int]:
        """The parts of a block that may be edited. Raises Refusal for one that is read-only."""
        block = self._declared.get(key)
        if block is not None and block.read_only:
            raise Refusal("This block is read-only and cannot be edited.")
        return self._parts[key]

    def value(self, key: BlockKey) -> str:
        """What the block says now."""
        return _joined(self._items, self._parts[key])

    def check(self, key: BlockKey, chars: int) -> None:
        """Raise Refusal when the block may not have so many characters."""
        if chars > self.limit(key):
            raise Refusal(f"Edit failed: Exceeds {self.limit(key)} character limit (requested {chars})")

    def chars(self, key: BlockKey) -> int:
        """Characters of the block's text now."""
        return self._chars[key] + max(0, len(self._parts[key]) - 1)

    def splice(self, turn: int, key: BlockKey, at: int, removed: int, item: int | None) -> None:
        """Put `item` in the place of `removed` parts of the block, from place `at` on."""
        parts, texts = self._parts[key], self._items.texts
        for old in parts[at : at + removed]:
            del self._key_of[old]
            self._chars[key] -= len(texts[old])
        parts[at : at + removed] = () if item is None else (item,)
        if item is not None:
            self._key_of[item] = key
            self._chars[key] += len(texts[item])
        self._splices.append(_Splice(key, at, removed, item))
        self._turns.append(turn)

    def note(self, item: int, turn: int) -> None:
        """A record came in by itself, at load or because the agent wrote it: it may be a part, or replace one."""
        items = self._items
        record = items.record(item)
        key = None if record.section is None else BlockKey(items.owner(item), record.section)
        if key is not None and not self._declared and key.agent == items.default_owner and key not in self._parts:
            self._parts[key], self._chars[key], self._since[key] = [], 0, turn
        old = self._superseded(item)
        if (
            old is not None
            and record.section in (None, self._key_of[old].label)
            and self.may_hold(item, self._key_of[old])
        ):
            self._put_in_its_place(old, item, turn)
            return
        self.drop_superseded(item, turn)
        if key is not None and record.tier == "core" and key in self._parts and self.may_hold(item, key):
            self.splice(turn, key, len(self._parts[key]), 0, item)

    def drop_superseded(self, item: int, turn: int) -> None:
        """The part that the record replaces, if it does replace one, is a part no longer."""
        old = self._superseded(item)
        if old is not None:
            self._put_in_its_place(old, None, turn)

    def drop(self, item: int, turn: int) -> None:
        """The record may be shown no longer: it is a part no longer."""
        if item in self._key_of:
            self._put_in_its_place(item, None, turn)

    def _superseded(self, item: int) -> int | None:
        items = self._items
        name = items.record(item).supersedes
        old = None if name is None else items.find(name)
        if old is None or old not in self._key_of or old >= item or items.is_untrusted(item):
            return None
        return old

    def _put_in_its_place(self, old: int, item: int | None, turn: int) -> None:
        key = self._key_of[old]
        self.splice(turn, key, self._parts[key].index(old), 1, item)

    def may_hold(self, item: int, key: BlockKey) -> bool:
        """Whether the record may be part of the block at all: its guard has nothing to say, and it is as much whose."""
        items = self._items
        if items.guarded[item] & CONDITIONAL or items.is_untrusted(item):
            return False
        owner = items.owner(item)
        return owner is None or owner == key.agent

    def at(self, turn: int) -> list[BlockState]:
        """Every block as it stood at the end of `turn`."""
        parts: dict[BlockKey, list[int]] = {key: [] for key, since in list(self._since.items()) if since <= turn}
        for splice in self._splices[: bisect_right(self._turns, turn)]:
            parts[splice.key][splice.at : splice.at + splice.removed] = () if splice.item is None else (splice.item,)
        return [self._state(key, found) for key, found in parts.items()]

    def _state(self, key: BlockKey, parts: list[int]) -> BlockState:
        block = self._declared.get(key) or Block(key.label, limit=self._default_limit)
        value = _joined(self._items, parts)
        ids = tuple(self._items.ids[item] for item in parts)
        return BlockState(key.label, value, len(value), block.limit, block.description, block.read_only, ids, key.agent)


def _joined(items: ItemTable, parts: Sequence[int]) -> str:
    return "\n".join(items.texts[item] for item in parts)
