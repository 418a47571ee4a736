"""Every item an agent ever saw, memories and messages alike, as columns: one number each, in order of arrival.

Numbers depend on the session alone, so all policies share one table. It grows turn by turn, because counting the tokens
of 100,000 turns at once would keep a person waiting for the first frame. What policies make themselves (summaries,
extracted facts, placeholders) comes behind all that the session will ever hold, in order of making: those numbers
differ from run to run, their ids do not.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime

from memview.kernel.judgement import Flag, flag_of, flag_of_made
from memview.model.memory import TRUST_CLASSES, UNTRUSTED_CLASSES, Citation, Memory
from memview.tokens import TokenCounter

MESSAGE_IMPORTANCE = 0.3
_ROLE_TRUST = {"user": "user", "assistant": "model", "system": "user", "tool": "tool_external"}
_HOMES = {"window": "recall", "recall": "recall", "shared": "shared"}
CONDITIONAL, OWNED = 1, 2
"""What the guard has to look at in a record: conditions of its own (a quarantine, an end, ...), or whose it is."""

_UNTRUSTED = frozenset(TRUST_CLASSES.index(name) for name in UNTRUSTED_CLASSES)


class ItemTable:
    """Columns over item numbers. Messages have a role and no memory record of their own.

    `reserved` are ids of the session's turns and memories: no tool result or reply may be named like one of them.
    `capacity` is how many items the whole session holds. `default_owner` owns the records that name no owner, and
    `default_agent` acts in the turns that name nobody.
    """

    def __init__(
        self,
        session_id: str,
        counter: TokenCounter,
        capacity: int,
        reserved: frozenset[str] = frozenset(),
        default_owner: str | None = None,
        default_agent: str | None = None,
    ) -> None:
        self._session_id = session_id
        self.default_owner = default_owner
        self.default_agent = default_agent
        self._counter = counter
        self._reserved = reserved
        self._capacity = capacity
        self._count = 0
        self.ids: list[str] = [""] * capacity
        self.texts: list[str] = [""] * capacity
        # 64 bits: a file may record up to 10**12 tokens for one item.
        self.tokens = array("Q", bytes(8 * capacity))
        self.importances = array("d", bytes(8 * capacity))
        self.arrivals = array("I", bytes(4 * capacity))
        self.trusts = array("B", bytes(capacity))
        self.roles: list[str | None] = [None] * capacity
        self.turn_ids: list[str | None] = [None] * capacity
        self.records: list[Memory | None] = [None] * capacity
        self.guarded = bytearray(capacity)
        self.next_message = array("i", [-1]) * capacity
        self.sources: dict[int, tuple[int, ...]] = {}
        self.flags: dict[int, Flag] = {}
        self.held_sources: dict[int, tuple[int, ...]] = {}
        self._number: dict[str, int] = {}
        self._last_message = -1
        self._made: dict[tuple[Memory, tuple[int, ...]], int] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Items of the session that have arrived so far."""
        return self._count

    @property
    def size(self) -> int:
        """How long the columns are: above every item number there is."""
        return len(self.ids)

    @property
    def reserved(self) -> frozenset[str]:
        """Ids of the session's turns and memories, those that have yet to arrive included."""
        return self._reserved

    def is_derived(self, item: int) -> bool:
        """Whether a policy made the item: a summary, an extracted fact, a placeholder."""
        return item >= self._capacity

    def find(self, item_id: str) -> int | None:
        """The number of the item called `item_id`, or None when it has not arrived."""
        return self._number.get(item_id)

    def is_message(self, item: int) -> bool:
        return self.roles[item] is not None

    def is_echo(self, item: int) -> bool:
        """Whether the item is a tool result or a reply: it reaches the agent with the prompt of the next turn."""
        turn_id = self.turn_ids[item]
        return turn_id is not None and turn_id != self.ids[item]

    def has_arrived(self, item: int, turn: int) -> bool:
        """Whether the agent knows the item at the end of `turn`. The table may have grown beyond it for others."""
        return self.arrivals[item] + self.is_echo(item) <= turn

    def record(self, item: int) -> Memory:
        """The record of a memory. Raises TypeError for a message, which has none."""
        record = self.records[item]
        if record is None:
            raise TypeError(f"{self.ids[item]} is a message")
        return record

    def is_untrusted(self, item: int) -> bool:
        """Whether the item, or anything that it derives from, comes from a class that may only be shown as data."""
        return self.trusts[item] in _UNTRUSTED

    def acting(self, agent: str | None) -> str | None:
        """Who acts in a turn that names `agent`."""
        return agent or self.default_agent

    def owner(self, item: int) -> str | None:
        """Whose record it is; None: everybody's."""
        return self.record(item).agent or self.default_owner

    def is_withheld(self, item: int) -> bool:
        """Whether the record can be part of no prompt as it is, or only as data, whoever asks."""
        return bool(self.guarded[item] & CONDITIONAL) or self.is_untrusted(item)

    def add_memory(self, memory: Memory, turn: int, *, begins_later: bool = False) -> int:
        """Add a record that arrives at `turn`; recorded token counts are used as they are. Returns its number.

        `begins_later`: some turn from there on may come before its `valid_from`.
        """
        tokens = self._counter.count(memory.text) if memory.tokens is None else memory.tokens
        trust = TRUST_CLASSES.index(memory.trust)
        item = self._add(memory.memory_id, memory.text, tokens, memory.importance, turn, trust)
        self.records[item] = memory
        self.guarded[item] = _conditions(memory) | (CONDITIONAL if begins_later else 0)
        sources = [self._number[name] for name in memory.derived_from if self._number.get(name, item) != item]
        if sources:
            self.sources[item] = self._closure(sources)
            # Trust is the minimum over lineage: a summary of a poisoned page is no better than the page.
            self.trusts[item] = min([trust, *(self.trusts[source] for source in sources)])
        self._judge(item, flag_of(memory, TRUST_CLASSES[self.trusts[item]]))
        return item

    def add_message(
        self, turn_id: str, part: str, role: str, text: str, turn: int, tokens: int | None, trust: str | None
    ) -> int:
        """Add a message said at `turn`; returns its number. `part` is empty, or tells an echo (reply, tool result).

        Its id is that of the turn, with `/part` behind it for an echo; one that is taken gets a tilde.
        """
        item_id = f"{turn_id}/{part}" if part else turn_id
        while item_id in self._number or (part and item_id in self._reserved):
            item_id += "~"
        size = self._counter.count(text) if tokens is None else tokens
        trust_class = trust or _ROLE_TRUST.get(role, "tool_external")
        item = self._add(item_id, text, size, MESSAGE_IMPORTANCE, turn, TRUST_CLASSES.index(trust_class))
        self.roles[item] = role
        self.turn_ids[item] = turn_id
        if self._last_message >= 0:
            self.next_message[self._last_message] = item
        self._last_message = item
        return item

    def _add(self, item_id: str, text: str, tokens: int, importance: float, turn: int, trust: int) -> int:
        item = self._count
        self._number[item_id] = item
        self.ids[item] = item_id
        self.texts[item] = text
        self.tokens[item] = tokens
        self.importances[item] = importance
        self.arrivals[item] = turn
        self.trusts[item] = trust
        self._count += 1
        return item

    def free_name(self, turn_id: str, part: str) -> str:
        """An id for something made at a turn: `turn_id/part`, with tildes where the session uses that itself."""
        name = f"{turn_id}/{part}"
        while name in self._number or name in self._reserved:
            name += "~"
        return name

    def make(self, memory: Memory, turn: int, sources: tuple[int, ...]) -> int:
        """The number of an item that a policy made at `turn` out of `sources`; the same one for the same making.

        It is not found by `find`: two policies may make different things under one id. Safe from several threads.
        """
        key = (memory, sources)
        with self._lock:
            known = self._made.get(key)
            if known is not None:
                return known
            item = len(self.ids)
            origins = self._closure(sources)
            trust = TRUST_CLASSES.index(memory.trust)
            self.texts.append(memory.text)
            self.tokens.append(self._counter.count(memory.text))
            self.importances.append(memory.importance)
            self.arrivals.append(turn)
            self.trusts.append(min([trust, *(self.trusts[source] for source in origins)]))
            self.roles.append(None)
            self.turn_ids.append(None)
            self.records.append(memory)
            self.guarded.append(_conditions(memory))
            self.next_message.append(-1)
            self.sources[item] = origins
            self._judge(item, flag_of_made(memory, TRUST_CLASSES[self.trusts[item]]))
            self._made[key] = item
            self.ids.append(memory.memory_id)
            return item

    def _judge(self, item: int, flag: Flag | None) -> None:
        """Note what the guard has to mind: `flag`, and what the item derives from that is quarantined itself."""
        if flag is not None:
            self.flags[item] = flag
            self.guarded[item] |= CONDITIONAL
        held = tuple(source for source in self.sources.get(item, ()) if self.is_quarantined(source))
        if held:
            self.held_sources[item] = held
            self.guarded[item] |= CONDITIONAL

    def is_quarantined(self, item: int) -> bool:
        """Whether the record itself is quarantined, by its session or for its shape, approvals left aside."""
        record = self.records[item]
        return record is not None and (record.quarantined or item in self.flags)

    def is_held(self, item: int) -> bool:
        """Whether the item is quarantined, or derives from what is, approvals left aside."""
        return item in self.held_sources or self.is_quarantined(item)

    def waits(self, item: int) -> bool:
        """Whether the item needs an approval before it has any effect: it is held, or sensitive."""
        record = self.records[item]
        return record is not None and (record.is_sensitive or self.is_held(item))

    def place_in_time(self, item: int) -> int:
        """Where the item stands among the messages: a placeholder stands where its first source stood."""
        while self.is_derived(item) and self.sources[item]:
            item = self.sources[item][0]
        return item

    def _closure(self, sources: Iterable[int]) -> tuple[int, ...]:
        """The sources and theirs, each once. Sources arrived earlier, so there is no cycle to fall into."""
        found: dict[int, None] = {}
        for source in sources:
            found[source] = None
            for deeper in self.sources.get(source, ()):
                found[deeper] = None
        return tuple(found)

    def home(self, item: int) -> str:
        """The tier an item falls back to when it leaves the prompt: recall for messages, else archive or shared."""
        record = self.records[item]
        return "recall" if record is None else _HOMES.get(record.tier, "archive")

    def memory(self, item: int) -> Memory:
        """The item as a record; a message becomes one of kind `message`."""
        record = self.records[item]
        if record is not None:
            return record
        return Memory(
            memory_id=self.ids[item],
            text=self.texts[item],
            tier="recall",
            kind="message",
            section=self.roles[item],
            importance=MESSAGE_IMPORTANCE,
            tokens=self.tokens[item],
            trust=TRUST_CLASSES[self.trusts[item]],
            citation=Citation(session_id=self._session_id, turn_id=self.turn_ids[item]),
        )


def _conditions(memory: Memory) -> int:
    """What the record itself gives the guard to look at."""
    conditional = memory.quarantined or memory.is_sensitive or memory.valid_until is not None
    return (CONDITIONAL if conditional else 0) | (OWNED if memory.agent is not None else 0)


def is_expired(record: Memory | None, at: str | None) -> bool:
    """Whether `record` had stopped being valid at the recorded time `at`. Unknown times never expire anything."""
    if record is None or record.valid_until is None or at is None:
        return False
    return has_passed(record.valid_until, at)


def is_to_come(record: Memory, at: str | None) -> bool:
    """Whether `record` was not valid yet at the recorded time `at`. Unknown times hold nothing back."""
    return record.valid_from is not None and at is not None and not has_passed(record.valid_from, at)


def has_passed(timestamp: str, at: str) -> bool:
    """Whether the recorded time `timestamp` is not after the recorded time `at`."""
    return _moment(timestamp) <= _moment(at)


def _moment(timestamp: str) -> datetime:
    moment = datetime.fromisoformat(timestamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
