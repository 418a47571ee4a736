"""Every item an agent ever saw, memories and messages alike, as columns: one number each, in order of arrival.

Numbers depend on the session alone, so all policies share one table. It grows turn by turn, because counting the tokens
of 100,000 turns at once would keep a person waiting for the first frame.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import UTC, datetime

from memview.model.memory import TRUST_CLASSES, UNTRUSTED_CLASSES, Citation, Memory
from memview.tokens import TokenCounter

MESSAGE_IMPORTANCE = 0.3
_ROLE_TRUST = {"user": "user", "assistant": "model", "system": "user", "tool": "tool_external"}
_HOMES = {"window": "recall", "recall": "recall", "shared": "shared"}
_UNTRUSTED = frozenset(TRUST_CLASSES.index(name) for name in UNTRUSTED_CLASSES)


class ItemTable:
    """Columns over item numbers. Messages have a role and no memory record of their own.

    `reserved` are ids of the session's turns and memories: no tool result or reply may be named like one of them.
    """

    def __init__(self, session_id: str, counter: TokenCounter, reserved: frozenset[str] = frozenset()) -> None:
        self._session_id = session_id
        self._counter = counter
        self._reserved = reserved
        self.ids: list[str] = []
        self.texts: list[str] = []
        # 64 bits: a file may record up to 10**12 tokens for one item.
        self.tokens = array("Q")
        self.importances = array("d")
        self.arrivals = array("I")
        self.trusts = array("B")
        self.roles: list[str | None] = []
        self.turn_ids: list[str | None] = []
        self.records: list[Memory | None] = []
        self.next_message = array("i")
        self.sources: dict[int, tuple[int, ...]] = {}
        self._number: dict[str, int] = {}
        self._last_message = -1

    def __len__(self) -> int:
        return len(self.ids)

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

    def add_memory(self, memory: Memory, turn: int) -> int:
        """Add a record that arrives at `turn`; recorded token counts are used as they are. Returns its number."""
        tokens = self._counter.count(memory.text) if memory.tokens is None else memory.tokens
        trust = TRUST_CLASSES.index(memory.trust)
        item = self._add(memory.memory_id, memory.text, tokens, memory.importance, turn, trust)
        self.roles.append(None)
        self.turn_ids.append(None)
        self.records.append(memory)
        self.next_message.append(-1)
        sources = [self._number[name] for name in memory.derived_from if name in self._number]
        if sources:
            self.sources[item] = self._closure(sources)
            # Trust is the minimum over lineage: a summary of a poisoned page is no better than the page.
            self.trusts[item] = min([trust, *(self.trusts[source] for source in sources)])
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
        self.roles.append(role)
        self.turn_ids.append(turn_id)
        self.records.append(None)
        self.next_message.append(-1)
        if self._last_message >= 0:
            self.next_message[self._last_message] = item
        self._last_message = item
        return item

    def _add(self, item_id: str, text: str, tokens: int, importance: float, turn: int, trust: int) -> int:
        item = len(self.ids)
        self._number[item_id] = item
        self.ids.append(item_id)
        self.texts.append(text)
        self.tokens.append(tokens)
        self.importances.append(importance)
        self.arrivals.append(turn)
        self.trusts.append(trust)
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


def is_expired(record: Memory | None, at: str | None) -> bool:
    """Whether `record` had stopped being valid at the recorded time `at`. Unknown times never expire anything."""
    if record is None or record.valid_until is None or at is None:
        return False
    return _moment(record.valid_until) <= _moment(at)


def _moment(timestamp: str) -> datetime:
    moment = datetime.fromisoformat(timestamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
