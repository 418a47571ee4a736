"""What the recorded calls of a session wrote: records of the session, the same under every policy.

A call whose text the recording also holds as a memory of that turn has written that memory and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from memview.kernel.items import ItemTable
from memview.kernel.memory_tools.blocks import BlockKey, Blocks
from memview.kernel.memory_tools.calls import (
    ArchivalInsert,
    ArchivalSearch,
    Call,
    RecallSearch,
    Refusal,
    is_memory_tool,
)
from memview.kernel.memory_tools.core_edits import Change, change_of
from memview.model.memory import Citation, Memory
from memview.model.session import Session, ToolCall, Turn

_BLOCK_IMPORTANCE = 1.0
_WRITTEN_IMPORTANCE = 0.5


class Write(NamedTuple):
    """`item` was written (None: text was only taken away) in the place of `replaced`; `is_core`: to the core."""

    item: int | None
    replaced: tuple[int, ...]
    is_core: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What call number `place` of a turn (from 1) did. `call` is None when its arguments were no good.

    With `error` nothing was done. What a search finds depends on the replay, and is not here.
    """

    place: int
    call: Call | None
    error: str | None = None
    writes: tuple[Write, ...] = ()


class SessionTools:
    """Runs the writing calls of a session against its blocks and its archive, turn by turn in order."""

    def __init__(self, session: Session, items: ItemTable) -> None:
        self._session = session
        self._items = items
        self.limits = session.tool_limits
        self.blocks = Blocks(items, session.blocks, self.limits.block_chars)

    def load(self) -> None:
        """Add the values of the declared blocks as pinned memories of the core."""
        session, items = self._session, self._items
        for block in session.blocks:
            if not block.value:
                continue
            memory = Memory(
                items.free_name("block", block.label if block.agent is None else f"{block.agent}/{block.label}"),
                block.value,
                tier="core",
                section=block.label,
                importance=_BLOCK_IMPORTANCE,
                pinned=True,
                citation=Citation(session.session_id),
                agent=block.agent,
            )
            items.add_memory(memory, 0)

    def note(self, item: int, turn: int) -> None:
        """Tell the blocks of a record that came in by itself; one that waits for an approval changes nothing yet."""
        if not self._items.waits(item):
            self.blocks.note(item, turn)

    def decide(self, approved: list[str], refused: list[str], turn: int) -> None:
        """After `turn` a person released records, which replace now what they replace, and refused others."""
        items = self._items
        for name in approved:
            item = items.find(name)
            if item is not None and items.waits(item):
                self.blocks.drop_superseded(item, turn)
        for name in refused:
            item = items.find(name)
            if item is not None:
                self.blocks.drop(item, turn)

    def run(self, turn: Turn, number: int, written: range) -> tuple[Effect, ...]:
        """Execute the memory-tool calls of a turn, whose own memories are `written`; adds what they made as items."""
        run = _TurnOfCalls(self, self._items, self._session.session_id, turn, number, written)
        effects = tuple(
            run.effect_of(place, call)
            for place, call in enumerate(turn.tool_calls, start=1)
            if is_memory_tool(call.tool)
        )
        for item in written:
            if item not in run.placed:
                self.note(item, number)
            elif not self._items.waits(item):
                self.blocks.drop_superseded(item, number)
        return effects


class _TurnOfCalls:
    """The calls of one turn: numbers what they make, and knows which recorded memories they have claimed.

    `placed` are those that became parts of blocks, even if a later call has replaced them again.
    """

    def __init__(
        self, tools: SessionTools, items: ItemTable, session_id: str, turn: Turn, number: int, written: range
    ) -> None:
        self._blocks = tools.blocks
        self._items = items
        self._session_id = session_id
        self._agent = items.acting(turn.agent)
        self._turn = turn
        self._number = number
        self._remembered = written[: len(turn.remember)]
        self._claimed: set[int] = set()
        self.placed: set[int] = set()
        self._made = {"core": 0, "archive": 0}

    def effect_of(self, place: int, recorded: ToolCall) -> Effect:
        """Run call number `place` of the turn, as far as that can be done for all policies at once."""
        # Pydantic is loaded only for sessions that have something to check.
        from memview.kernel.memory_tools.arguments import parse_call

        call = None
        try:
            call = parse_call(recorded.tool, recorded.arguments)
            return Effect(place, call, writes=self._writes_of(call))
        except Refusal as refusal:
            return Effect(place, call, str(refusal))

    def _writes_of(self, call: Call) -> tuple[Write, ...]:
        match call:
            case ArchivalSearch() | RecallSearch():
                return ()
            case ArchivalInsert():
                return self._insert(call) if call.text else ()
            case _:
                key = self._blocks.key(call.label, self._agent)
                change = change_of(call, key, self._blocks, self._items.texts)
                return () if change is None else self._edit(key, change)

    def _insert(self, call: ArchivalInsert) -> tuple[Write, ...]:
        kept = self._kept(call.text, None)
        if kept is not None:
            return self._claim(kept, (), is_core=False)
        return (Write(self._make(call.text, "archive", None, (), call.tags), (), is_core=False),)

    def _edit(self, key: BlockKey, change: Change) -> tuple[Write, ...]:
        blocks = self._blocks
        replaced = tuple(blocks.editable(key)[change.at : change.at + change.removed])
        item = self._kept(change.text, key) if change.text else None
        if item is not None and not blocks.may_hold(item, key):
            # The recorder has this text as a memory that the guard withholds: it pushes nothing aside.
            return self._claim(item, (), is_core=False)
        writes = () if item is None else self._claim(item, replaced, is_core=True)
        if item is None and change.text:
            item = self._make(change.text, "core", key, replaced, ())
            if self._items.waits(item):
                # What the guard flags is kept for a person to see, and changes nothing.
                return (Write(item, (), is_core=False),)
        blocks.splice(self._number, key, change.at, change.removed, item)
        if item is not None:
            self.placed.add(item)
        return writes or (Write(item, replaced, is_core=True),)

    def _kept(self, text: str, key: BlockKey | None) -> int | None:
        """The memory of this turn that the recorder kept of the same write, to the block `key` or to the archive.

        What the guard withholds is found again and again: no second call may write the same text past it.
        """
        for item in self._remembered:
            if self._items.texts[item].strip() != text.strip():
                continue
            is_there = key is None or self._items.record(item).section in (None, key.label)
            if self._items.is_withheld(item) or (is_there and item not in self._claimed):
                return item
        return None

    def _claim(self, item: int, replaced: tuple[int, ...], *, is_core: bool) -> tuple[Write, ...]:
        if item in self._claimed:
            return ()
        self._claimed.add(item)
        return (Write(item, replaced, is_core),)

    def _make(
        self, text: str, tier: str, key: BlockKey | None, replaced: tuple[int, ...], tags: tuple[str, ...]
    ) -> int:
        items = self._items
        owner = self._agent if key is None else key.agent
        self._made[tier] += 1
        old = [items.record(each) for each in replaced]
        memory = Memory(
            items.free_name(self._turn.turn_id, f"{tier}-{self._made[tier]}"),
            text,
            tier=tier,
            section=None if key is None else key.label,
            importance=max((record.importance for record in old), default=_WRITTEN_IMPORTANCE),
            created_at=self._turn.at,
            tags=tags,
            pinned=(key is not None and self._blocks.is_declared(key)) or any(record.pinned for record in old),
            trust="model",
            citation=Citation(self._session_id, self._turn.turn_id),
            agent=None if owner == items.default_owner else owner,
            derived_from=tuple(record.memory_id for record in old),
            supersedes=old[0].memory_id if len(old) == 1 else None,
        )
        return items.add_memory(memory, self._number)
