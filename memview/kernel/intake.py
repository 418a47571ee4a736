"""The intake: what the agent knows at the start, and what it writes later, gets its place in a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memview.kernel.assembler import Assembler
from memview.kernel.event_log import NO_ITEM, EventLog
from memview.kernel.guard import NOT_YET, PRIVATE, REFUSED_BY_A_PERSON, Guard
from memview.kernel.items import ItemTable
from memview.kernel.judgement import quarantine
from memview.kernel.memory_tools.calls import clipped
from memview.kernel.pager import Pager
from memview.kernel.recorder import Recorder
from memview.kernel.shared_writes import SharedWrites


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
        self._away: list[int] = []
        self.shared: SharedWrites | None = None

    def fork(self, recorder: Recorder, guard: Guard, pager: Pager, assembler: Assembler) -> Intake:
        """An independent intake in the same state that works on other parts."""
        twin = Intake(self.items, recorder, guard, pager, assembler, self.admission)
        twin.stored, twin.discarded = self.stored.copy(), self.discarded
        twin._pending_core, twin._replaced = self._pending_core[:], self._replaced[:]
        twin._away = self._away[:]
        twin.shared = None if self.shared is None else self.shared.fork(recorder, guard)
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
        for item in self.guard.minded(tuple(self.recorder.context.summary)):
            blocked = REFUSED_BY_A_PERSON if item in self.guard.refused else self.guard.quarantines(item)
            if blocked is not None:
                self.assembler.release_summary(item, NO_ITEM, blocked)
        pending, self._pending_core = self._pending_core, []
        context = self.recorder.context
        for item in pending:
            is_unwanted = item in self.guard.invalid or item in self.guard.refused
            is_gone = item in context.cold or item in context.lost or item in self.guard.overruled
            is_held = self.guard.quarantines(item) is not None
            if not (is_unwanted or is_gone or is_held) and item not in self.pager.pages:
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
                if record.pinned and record.agent is not None:
                    # It was another agent's that took the room.
                    self._away.append(item)
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
            quarantine(item, blocked, items, recorder)
            return
        takes_a_place = self._take_effect(item)
        wanted = takes_a_place or (record.tier == "core" and recorder.turn > 0) or self.admission == "eager"
        if wanted and not items.is_untrusted(item):
            self._pending_core.append(item)

    @property
    def has_sent_away(self) -> bool:
        """Whether something waits for a turn that may see it again."""
        return bool(self._away)

    def send_away(self, item: int, reason: str) -> None:
        """`item` left the core for `reason`: what belongs there is back as soon as a turn may see it."""
        if reason == NOT_YET or (reason == PRIVATE and self.items.record(item).pinned):
            self._away.append(item)

    def welcome_back(self, agent: str | None, at: str | None) -> None:
        """Make resident again what a turn by `agent` at the recorded time `at` may see of what was sent away."""
        for item in self._away[:]:
            if self.guard.withholds(item, agent, at) is not None:
                continue
            gone = item in self.recorder.context.cold or item in self.recorder.context.lost
            if gone or item in self.pager.pages:
                self._away.remove(item)
            elif self.pager.obstacle(item) is None:
                self._away.remove(item)
                self.pager.promote(item, "back in the core: this turn may see it", None, 0.0, None)

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
        if not self._may_edit(fresh, item):
            self.guard.invalid.difference_update(fresh)
            return
        for old in fresh:
            self.recorder.record("update", old, tokens=self.items.tokens[old], reason=reason, other=newer)
            if old in self.pager.pages or old in self.recorder.context.summary:
                self._replaced.append((old, newer))
        is_free = item is not None and self.guard.quarantines(item) is None
        if item is not None and is_core and is_free and item not in self._pending_core:
            self._pending_core.append(item)

    def put_away(self, item: int, destination: str) -> None:
        """Count that `item` has left its store for `destination`, cold or nowhere."""
        self.stored[self.items.home(item)] -= 1
        self.discarded += destination == "nowhere"

    def _may_edit(self, replaced: Sequence[int], item: int | None) -> bool:
        """Whether a tool's edit of what several agents share stands by the policy's rule."""
        shared = self.shared
        if shared is None:
            return True
        if item is None:
            return all(shared.may_take_away(old) for old in replaced)
        return all(shared.may_replace(old, item) for old in replaced)

    def restore(self, item: int) -> bool:
        """Take back what a rule for conflicting writes has done to `item`. Was there anything?"""
        recorder, guard, shared = self.recorder, self.guard, self.shared
        if shared is None:
            return False
        if item in recorder.context.cold:
            self.bring_back(item, "undone: merged into what another agent wrote")
        elif item in guard.overruled:
            del guard.overruled[item]
            recorder.record("update", item, reason="undone: overruled by another agent's write")
        elif item in shared.ended:
            shared.ended.discard(item)
            guard.invalid.discard(item)
            recorder.record("update", item, reason="undone: ended by another agent's write")
        else:
            return False
        return True

    def bring_back(self, item: int, reason: str, other: int = NO_ITEM) -> None:
        """`item` comes back to its store from the cold, or from nowhere, for `reason`, a template over `{other}`."""
        context, home = self.recorder.context, self.items.home(item)
        origin = "nowhere" if item in context.lost else "cold"
        self.recorder.record("update", item, origin, home, self.items.tokens[item], reason=reason, other=other)
        self.stored[home] += 1
        self.discarded -= origin == "nowhere"

    def _take_effect(self, item: int) -> bool:
        """What a stored `item` does to others. Was something resident or about to be that it takes the place of?"""
        takes_a_place = self._supersede(item)
        if self.shared is None or item in self.guard.overruled:
            return takes_a_place
        ended = self.shared.enter(item)
        if ended == [item]:
            self.put_away(item, "cold")
            return False
        for old in ended:
            if old in self.pager.pages or old in self.recorder.context.summary:
                self._replaced.append((old, item))
                takes_a_place = True
        return takes_a_place

    def _supersede(self, item: int) -> bool:
        """Invalidate what `item` replaces: it leaves the prompt with the next turn. Was it resident or about to be?"""
        name = self.items.record(item).supersedes
        old = None if name is None else self.find(name, self.recorder.turn)
        if old is None or old >= item or old in self.guard.invalid:
            return False
        if self.items.is_untrusted(item) and not self.items.is_untrusted(old):
            self.recorder.record("reject", item, reason="untrusted: may not replace {other}", other=old)
            return False
        if self.shared is not None and not self.shared.may_replace(old, item):
            return False
        self.guard.invalid.add(old)
        self._record_end(old, item)
        if old in self.pager.pages or old in self.recorder.context.summary:
            self._replaced.append((old, item))
        return old in self.pager.pages or old in self._pending_core

    def _record_end(self, old: int, item: int) -> None:
        grounds = None if self.shared is None else self.shared.grounds(old, item)
        if grounds is None:
            self.recorder.record("invalidate", old, reason="superseded by {other}", other=item)
            return
        reason, signal = grounds
        self.recorder.record(
            "invalidate", old, reason=reason, other=item, signal=signal.name, value=signal.value,
            threshold=signal.threshold,
        )  # fmt: skip

    def approve(self, names: list[str], turn: int, made: Mapping[str, int]) -> list[int]:
        """A person released the memories called `names` after `turn`; `made` are the policy's own by that turn.

        Returns those of the policy's own that were waiting for it: the policy knows what they are for.
        """
        released = []
        for name in names:
            item = self._decided(name, turn, made, "approval")
            if item is None or item in self.guard.approved:
                continue
            needed_it = self.guard.quarantines(item) is not None
            self.guard.approved.add(item)
            self.recorder.record("approve", item, reason="released by a person")
            if self.items.is_derived(item):
                released += [item] if needed_it else []
            # A quarantined record must not push a good one aside; once released, it may.
            elif needed_it and self._take_effect(item) and not self.items.is_untrusted(item):
                self._pending_core.append(item)
        return released

    def refuse(self, names: list[str], turn: int, made: Mapping[str, int]) -> None:
        """A person refused the memories called `names` after `turn`: from the next turn on no prompt holds them."""
        for name in names:
            item = self._decided(name, turn, made, "refusal")
            if item is None or item in self.guard.refused:
                continue
            self.guard.refused.add(item)
            self.recorder.record("reject", item, reason=REFUSED_BY_A_PERSON)

    def _decided(self, name: str, turn: int, made: Mapping[str, int], kind: str) -> int | None:
        """The item that a decision after `turn` is about; None, told in the log, when this policy has none."""
        item = made.get(name)
        if item is None:
            item = self.find(name, turn)
        if item is None:
            told = EventLog.escape(clipped(name))
            self.recorder.record("warn", reason=f"the {kind} of {told} changes nothing: there is no such memory here")
        return item

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
