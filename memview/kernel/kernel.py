"""The kernel: one turn through memory. Its only output is events; every other number is a fold over them."""

from __future__ import annotations

from memview.expressions import Expression
from memview.kernel.assembler import Assembler
from memview.kernel.caretaker import Caretaker, Household
from memview.kernel.compactor import Compactor
from memview.kernel.context import Context
from memview.kernel.event_log import NO_ITEM, EventLog
from memview.kernel.guard import Guard
from memview.kernel.housekeeper import Housekeeper, household_of
from memview.kernel.intake import Intake
from memview.kernel.lookup import Candidates, Reference, look_up
from memview.kernel.memory_tools.execute import MemoryTools
from memview.kernel.pager import UNTRUSTED, Pager
from memview.kernel.pinning import Pinning
from memview.kernel.protocols import EvictionPolicy
from memview.kernel.recorder import Recorder
from memview.kernel.router import Route, route_turn
from memview.kernel.shared_writes import SharedWrites, Writers, WriteRule
from memview.kernel.window import Compaction, WindowMessage
from memview.kernel.workload import Workload
from memview.model.frame import SectionTokens
from memview.model.policy_spec import PolicySpec
from memview.model.session import Budgets, Turn


class Kernel:
    """The state of one replay. Call `load` once, then `run_turn(1)`, `run_turn(2)`, ... in order."""

    def __init__(
        self,
        workload: Workload,
        spec: PolicySpec,
        eviction: EvictionPolicy,
        promote_if: Expression,
        budgets: Budgets,
        log: EventLog,
        compaction: Compaction | None = None,
        caretaker: Caretaker | None = None,
        write_rule: WriteRule | None = None,
    ) -> None:
        self.workload = workload
        self.spec = spec
        self.budgets = budgets
        self.items = workload.items
        self.demand = workload.demand(spec)
        self.recorder = Recorder(log, Context())
        self.guard = Guard(self.items, set(), set())
        self.pager = Pager(self.items, self.recorder, eviction, promote_if, budgets.core, spec.core_slots)
        self.assembler = Assembler(self.items, self.recorder, budgets, workload.system_tokens, spec.window_overflow)
        self.compactor = None
        if compaction is not None:
            session = workload.session
            self.compactor = Compactor(
                self.items, self.recorder, self.assembler, self.guard, compaction, session.session_id, session.system
            )
        self.intake = Intake(self.items, self.recorder, self.guard, self.pager, self.assembler, spec.admission)
        self.pinning = Pinning(self.recorder, self.guard, self.pager, self.intake)
        if write_rule is not None:
            writers = Writers(workload.session, self.items)
            self.intake.shared = SharedWrites(self.items, self.recorder, self.guard, write_rule, writers)
        self.housekeeper = None
        if caretaker is not None:
            self.housekeeper = Housekeeper(self.items, self.recorder, self.guard, self.pager, self.intake, caretaker)
        self.tools = MemoryTools(
            workload, self.demand, spec.min_score_ratio, self.recorder, self.guard, self.pager, self.intake
        )

    def fork(self) -> Kernel:
        """An independent kernel in the same state with a log of its own, for a question that must leave no trace."""
        twin = object.__new__(type(self))
        twin.workload, twin.spec, twin.budgets = self.workload, self.spec, self.budgets
        twin.items, twin.demand = self.items, self.demand
        twin.recorder = Recorder(EventLog(self.items.ids, self.spec.label), self.recorder.context.copy())
        twin.recorder.turn = self.recorder.turn
        twin.guard = self.guard.copy()
        twin.pager = self.pager.fork(twin.recorder)
        twin.assembler = self.assembler.fork(twin.recorder)
        compactor = self.compactor
        twin.compactor = None if compactor is None else compactor.fork(twin.recorder, twin.assembler, twin.guard)
        twin.intake = self.intake.fork(twin.recorder, twin.guard, twin.pager, twin.assembler)
        twin.pinning = self.pinning.fork(twin.recorder, twin.guard, twin.pager, twin.intake)
        keeper = self.housekeeper
        twin.housekeeper = None if keeper is None else keeper.fork(twin.recorder, twin.guard, twin.pager, twin.intake)
        twin.tools = self.tools.fork(twin.recorder, twin.guard, twin.pager, twin.intake)
        return twin

    def load(self) -> SectionTokens:
        """Turn 0: what the agent knows before its first turn. Returns the tokens of the empty-handed prompt."""
        self.recorder.start_turn(0)
        for item in self.workload.loaded:
            self.intake.place(item)
        self._decide(0)
        self._undo(0)
        return self.assembler.fit_loaded(self.pager.core_tokens)

    def run_turn(self, number: int) -> SectionTokens:
        """Replay turn `number`: returns the tokens of the prompt that it sends."""
        turn = self.workload.session.turns[number - 1]
        arrived = self.workload.turn_items[number - 1]
        self._begin(number)
        message = arrived.message
        self.recorder.record("insert", message, None, "window", self.items.tokens[message], reason=_said_by(turn.role))
        candidates = self._ranked(number)
        self.pager.eviction.observe(number, candidates)
        self._look_up(turn.text, candidates, turn)
        self._compact(turn.turn_id, message, turn.role, turn.text, self.items.tokens[message])
        if self.compactor is not None and turn.role == "assistant" and turn.tool_calls:
            self.compactor.note_caller(message)
        tokens = self.assembler.fit(message, self.pager.core_tokens)
        by_tools = self.tools.run(turn, number, arrived.effects, self._with_own)
        for item in arrived.written:
            if item not in by_tools:
                self.intake.write(item)
        self._decide(number)
        self._keep_house(number, turn.at)
        self._undo(number)
        return tokens

    def _ranked(self, number: int) -> Candidates:
        return self.demand.of_turn(number)

    def _keep_house(self, number: int, at: str | None) -> None:
        """The policy's lifecycle at the end of turn `number`, if it has one and that is due."""
        if self.housekeeper is not None and self.housekeeper.caretaker.is_due(number):
            self.housekeeper.run(*self._household(at))

    def household(self, at: str | None) -> Household:
        """The memories as they are at the end of the last turn, recorded as `at`."""
        return self._household(at)[0]

    def _household(self, at: str | None) -> tuple[Household, dict[str, int]]:
        return household_of(self.items, self.recorder, self.guard, self.pager, self.made.values(), at)

    @property
    def made(self) -> dict[str, int]:
        """What the policy itself has made so far, by id."""
        compacted = {} if self.compactor is None else self.compactor.made
        kept = {} if self.housekeeper is None else self.housekeeper.made
        return {**compacted, **kept}

    def _decide(self, turn: int) -> None:
        """What a person decided after `turn`."""
        approvals, refusals = self.workload.approvals_after(turn), self.workload.refusals_after(turn)
        if not approvals and not refusals:
            return
        released = self.intake.approve(approvals, turn, self.made)
        self.intake.refuse(refusals, turn, self.made)
        if self.compactor is not None:
            self.compactor.release(released)

    def _undo(self, turn: int) -> None:
        """What a person took back after `turn`: what a lifecycle, or another agent's write, had done to a memory."""
        keeper = self.housekeeper
        for name in dict.fromkeys(self.workload.undos_after(turn)):
            item = self.intake.find(name, turn)
            if item is None or self.items.is_message(item):
                continue
            if keeper is None or not keeper.undo(item):
                self.intake.restore(item)
        self.pinning.decide(self.workload.pins_after(turn), turn)

    def ask(self, question: str, candidates: Candidates, agent: str | None, at: str | None) -> SectionTokens:
        """Put `question` as the next turn would (use a fork). Returns the tokens of the prompt that it sends."""
        self._begin(self.recorder.turn + 1)
        self._look_up(question, candidates, Turn("", "user", question, at=at, agent=agent))
        self._compact("question", None, "user", question, self.workload.counter.count(question))
        return self.assembler.fit_question(question, self.workload.counter, self.pager.core_tokens)

    def _compact(self, turn_id: str, message: int | None, role: str, text: str, tokens: int) -> None:
        """The policy's window compaction, if it has one, before the prompt with this question is sent."""
        if self.compactor is None:
            return
        question = WindowMessage(-1 if message is None else message, role, tokens, text)
        outside = self.pager.core_tokens + self.assembler.outside
        self.compactor.run(turn_id, message, question, outside)
        self.intake.stored["archive"] += self.compactor.archived
        self.compactor.archived = 0

    def _begin(self, number: int) -> None:
        """What the turn before left behind comes in: its echoes, its core writes, replacements."""
        self.recorder.start_turn(number)
        self.pager.claim(())
        if number > 1:
            items, before = self.items, self.workload.turn_items[number - 2]
            for item in before.echoes:
                role = items.roles[item] or "message"
                self.recorder.record("insert", item, None, "window", items.tokens[item], reason=_said_by(role))
                self.assembler.window_tokens += items.tokens[item]
            self.assembler.shift_query(before.message)
            self.intake.stored["recall"] += 1 + len(before.echoes)
        if self.housekeeper is not None:
            self.housekeeper.begin_turn()
        self.intake.settle()
        if self.compactor is not None:
            self.compactor.begin_turn()

    def _look_up(self, text: str, candidates: Candidates, turn: Turn) -> None:
        """Router, retrieval, guard and pager for one question."""
        recorder, items = self.recorder, self.items
        agent = items.acting(turn.agent)
        self.guard.receive(agent)
        for item in self.guard.minded(self.pager.pages):
            reason = self.guard.withholds(item, agent, turn.at)
            if reason is not None:
                self.pager.release(item, reason)
                self.intake.send_away(item, reason)
        for item in self.guard.minded(recorder.context.summary):
            reason = self.guard.withholds(item, agent, turn.at)
            if reason is not None:
                self.assembler.release_summary(item, NO_ITEM, reason)
        self.intake.welcome_back(agent, turn.at)
        self.pinning.page_in(turn.agent, turn.at)
        # What fell out of the window into nowhere was counted as recall when it was said.
        gone = len(recorder.context.lost) - self.intake.discarded
        route = route_turn(text, {**self.intake.stored, "recall": self.intake.stored["recall"] - gone})
        recorder.record(
            "route",
            reason=f"{route.label}: {route.reason}",
            signal="fallback" if route.is_fallback else None,
            value=float(route.is_fallback),
        )
        found: list[Reference] = []
        if route.stores:
            before = len(recorder.log)
            candidates = self._with_own(candidates)
            found = look_up(
                candidates,
                route,
                self.spec,
                items,
                self.guard,
                recorder,
                agent,
                turn.at,
            )
            self._record_search(route, candidates, len(found), len(recorder.log) - before)
        best = found[0].score if found else 0.0
        self.pager.claim(reference.item for reference in found)
        for reference in found:
            self._refer(reference, best)
        seen = {reference.item for reference in found}
        for name in dict.fromkeys(turn.used):
            self._refer_recorded(name, seen)

    def _with_own(self, candidates: Candidates) -> Candidates:
        """`candidates` with what the policy has made of them: extracted facts, summaries."""
        if self.compactor is not None:
            candidates = self.compactor.with_facts(candidates)
        if self.housekeeper is not None:
            candidates = self.housekeeper.with_summaries(candidates)
        return candidates

    def _record_search(self, route: Route, candidates: Candidates, found: int, withheld: int) -> None:
        if not candidates:
            reason = f"nothing in {route.label} matches"
        elif found:
            reason = "{count} candidates, the best scores {value:.2f}"
        else:
            reason = "{count} candidates, none of them eligible"
        if withheld:
            reason += f"; {withheld} withheld by the guard"
        best = candidates[0][1] if candidates else 0.0
        self.recorder.record("search", reason=reason, signal="relevance", value=best, count=len(candidates))

    def _refer(self, reference: Reference, best: float) -> None:
        """One reference: a hit, or a fault that promotes, fetches for this turn, or finds no room."""
        item, _, score, leader = reference
        pager, items, recorder = self.pager, self.items, self.recorder
        if item in pager.pages:
            pager.hit(item, score, "resident, relevance {value:.2f}")
            return
        home, size = items.home(item), items.tokens[item]
        if items.is_untrusted(item):
            wanted, why = False, UNTRUSTED
        else:
            wanted, why = pager.wants(item, reference.rank, score, best)
        pager.reference(item, recorder.turn)
        blocked = pager.obstacle(item) if wanted else None
        if wanted and blocked is None:
            recorder.record(
                "fault", item, home, None, size, reason="not resident, relevance {value:.2f}",
                signal="relevance", value=score,
            )  # fmt: skip
            pager.promote(item, *why)
            return
        fits = self.assembler.has_room_for(size)
        text, signal, value, threshold = why
        if leader is not None:
            text = f"read ahead of {{other}}; {text}"
        recorder.record(
            "fault", item, home, "retrieved" if fits else None, size,
            reason=text, signal=signal, value=value, threshold=threshold, other=-1 if leader is None else leader,
        )  # fmt: skip
        if blocked is not None:
            self.pager.reject(item, blocked)
        if fits:
            self.assembler.retrieved_tokens += size
        elif self.budgets.retrieval:
            recorder.record(
                "drop", item, home, None, size,
                reason="no room in the retrieved section: {value:.0f} > {threshold:.0f} tok left",
                signal="tokens", value=size, threshold=self.assembler.retrieved_left,
            )  # fmt: skip

    def _refer_recorded(self, name: str, seen: set[int]) -> None:
        """The recording says that the turn used `name`: a reference that our own retrieval may have missed."""
        item = self.intake.find(name, self.recorder.turn - 1)
        context = self.recorder.context
        if item is None or item in seen or item in context.window or item in context.summary:
            return
        if item in self.pager.pages:
            self.pager.hit(item, None, "used in the recording, resident")
            return
        self.pager.reference(item, self.recorder.turn)
        self.recorder.record(
            "fault",
            item,
            "cold" if item in context.cold else self.items.home(item),
            None,
            self.items.tokens[item],
            reason="used in the recording, not found by retrieval",
        )


def _said_by(role: str) -> str:
    return {"user": "said by the user", "assistant": "the agent's reply", "tool": "result of a tool"}.get(
        role, f"message of {EventLog.escape(role)}"
    )
