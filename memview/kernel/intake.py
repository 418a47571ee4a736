"""The intake: what the agent knows at the start, and what it writes later, gets its place in a tier."""

from __future__ import annotations

from collections.abc import Sequence

from memview.kernel.assembler import Assembler
from memview.kernel.event_log import NO_ITEM, EventLog
from memview.kernel.guard import REFUSED_BY_A_PERSON, Guard
from memview.kernel.items import ItemTable
from memview.kernel.pager import Pager
from memview.kernel.recorder import Recorder


class Intake:
    """Writes of one replay. `stored` counts the items of each store; what is to enter the core waits for a turn.

    `discarded` counts what was taken out of a store for good.
    """

    def __init__(
        self,
        items: ItemTable,
        recorder: Recorder,
        guard: Guard,
        pager: Pager,
        assembler: Assembler,
        admission: str,
    ) -> None:
        self.items = items
        self.recorder = recorder
        self.guard = guard
        self.pager = pager
        self.assembler = assembler
        self.admission = admission
        self.stored = {"archive": 0, "recall": 0, "shared": 0}
        self.discarded = 0
        self._pending_core: list[int] = []
        self._replaced: list[tuple[int, int]] = []

    def fork(self, recorder: Recorder, guard: Guard, pager: Pager, assembler: Assembler) -> Intake:
        """An independent intake in the same state that works on other parts."""
        twin = Intake(self.items, recorder, guard, pager, assembler, self.admission)
        twin.stored, twin.discarded = self.stored.copy(), self.discarded
        twin._pending_core, twin._replaced = self._pending_core[:], self._replaced[:]
        return twin

    def settle(self) -> None:
        """A turn begins: what was replaced leaves the prompt, what was written to the core enters it."""
        for old, new in self._replaced:
            if old in self.pager.pages:
                reason = "taken out of its block" if new == NO_ITEM else "superseded by {other}"
                self.pager.release(old, reason, new)
            elif old in self.recorder.context.summary:
                self.assembler.release_summary(old, new)
        self._replaced.clear()
        for item in [item for item in self.recorder.context.summary if item in self.guard.refused]:
            self.assembler.release_summary(item, NO_ITEM, REFUSED_BY_A_PERSON)
        pending, self._pending_core = self._pending_core, []
        context = self.recorder.context
        for item in pending:
            is_unwanted = item in self.guard.invalid or item in self.guard.refused
            is_gone = item in context.cold or item in context.lost
            if not is_unwanted and not is_gone and item not in self.pager.pages:
                self._promote(item)

    def place(self, item: int) -> None:
        """Put a record that is there before the first turn into the tier that it names."""
        items, recorder = self.items, self.recorder
        record = items.record(item)
        size, tier = items.tokens[item], record.tier
        blocked = self.guard.quarantines(item)
        if blocked is not None or items.is_untrusted(item) or tier not in ("core", "summary", "window"):
            self.write(item)
            return
        if tier == "core":
            if record.pinned and self.pager.obstacle(item) is None:
                self.pager.make_room(item)
            shortage = self.pager.shortage(item)
            if shortage is not None:
                self.write(item)
                self.pager.reject(item, shortage)
                return
            self.pager.load(item, "loaded into the core" + (", pinned" if record.pinned else ""))
        elif tier == "summary":
            self.assembler.add_summary(item)
        else:
            recorder.record("insert", item, None, "window", size, reason="in the window when recording began")
            self.assembler.window_tokens += size
        self.stored[items.home(item)] += 1
        self._supersede(item)

    def write(self, item: int, reason: str | None = None) -> None:
        """Store a record that the agent (or the recording) has written: it is searchable from the next turn on."""
        items, recorder = self.items, self.recorder
        record = items.record(item)
        home = items.home(item)
        why = reason or f"new {EventLog.escape(record.kind)}"
        recorder.record("insert", item, None, home, items.tokens[item], reason=why)
        self.stored[home] += 1
        blocked = self.guard.quarantines(item)
        if blocked is not None:
            recorder.record("quarantine", item, home, None, items.tokens[item], reason=blocked)
            return
        takes_a_place = self._supersede(item)
        wanted = takes_a_place or (record.tier == "core" and recorder.turn > 0) or self.admission == "eager"
        if wanted and not items.is_untrusted(item):
            self._pending_core.append(item)

    def write_by_tool(self, item: int | None, replaced: Sequence[int], tool: str, *, is_core: bool) -> None:
        """Store what a memory tool wrote (None: it only took text away); core writes enter the core next turn.

        `replaced` are the versions that it takes the place of. `tool` is its name, escaped for a template.
        """
        fresh = [old for old in replaced if old not in self.guard.invalid]
        # Before the write: this is an update, and not a record that supersedes another.
        self.guard.invalid.update(fresh)
        if item is not None:
            self.write(item, f"written by {tool}")
        reason = f"taken away by {tool}" if item is None else "rewritten as {other}"
        newer = NO_ITEM if item is None else item
        for old in fresh:
            self.recorder.record("update", old, tokens=self.items.tokens[old], reason=reason, other=newer)
            if old in self.pager.pages or old in self.recorder.context.summary:
                self._replaced.append((old, newer))
        if item is not None and is_core and item not in self._pending_core:
            self._pending_core.append(item)

    def put_away(self, item: int, destination: str) -> None:
        """Count that `item` has left its store for `destination`, cold or nowhere."""
        self.stored[self.items.home(item)] -= 1
        self.discarded += destination == "nowhere"

    def _supersede(self, item: int) -> bool:
        """Invalidate what `item` replaces: it leaves the prompt with the next turn. Was it resident or about to be?"""
        name = self.items.record(item).supersedes
        old = None if name is None else self.find(name, self.recorder.turn)
        if old is None or old >= item or old in self.guard.invalid:
            return False
        if self.items.is_untrusted(item) and not self.items.is_untrusted(old):
            self.recorder.record("reject", item, reason="untrusted: may not replace {other}", other=old)
            return False
        self.guard.invalid.add(old)
        self.recorder.record("invalidate", old, reason="superseded by {other}", other=item)
        if old in self.pager.pages or old in self.recorder.context.summary:
            self._replaced.append((old, item))
        return old in self.pager.pages or old in self._pending_core

    def approve(self, names: list[str], turn: int) -> None:
        """A person released the memories called `names` after `turn`."""
        for name in names:
            item = self.find(name, turn)
            if item is None or item in self.guard.approved:
                continue
            needed_it = self.guard.quarantines(item) is not None
            self.guard.approved.add(item)
            self.recorder.record("approve", item, reason="released by a person")
            # A quarantined record must not push a good one aside; once released, it may.
            if needed_it and self._supersede(item) and not self.items.is_untrusted(item):
                self._pending_core.append(item)

    def refuse(self, names: list[str], turn: int) -> None:
        """A person refused the memories called `names` after `turn`: from the next turn on no prompt holds them."""
        for name in names:
            item = self.find(name, turn)
            if item is None or item in self.guard.refused:
                continue
            self.guard.refused.add(item)
            self.recorder.record("reject", item, reason=REFUSED_BY_A_PERSON)

    def find(self, name: str, turn: int) -> int | None:
        """The item called `name` if the agent knew it at the end of `turn`."""
        item = self.items.find(name)
        return item if item is not None and self.items.has_arrived(item, turn) else None

    def _promote(self, item: int) -> None:
        """Make resident what the agent wrote to the core, or record why that cannot be."""
        obstacle = self.pager.obstacle(item)
        if obstacle is None:
            self.pager.promote(item, "written to the core by the agent", None, 0.0, None)
        else:
            self.pager.reject(item, obstacle)
