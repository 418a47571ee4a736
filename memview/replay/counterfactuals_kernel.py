"""A kernel for replays of which only the prompt of one turn is looked at, and of which there are dozens.

It does what `Kernel` does, and tells no one: what every replay of the session finds alike (the ranking of a turn, what
of it may be referred to) is found once, and an event that moves nothing is not made. Wherever the guard, a compaction,
a lifecycle or a waiting pin has a say, the kernel itself looks it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import cast

from memview.kernel.kernel import Kernel
from memview.kernel.lookup import Reference, look_up, share_of_best
from memview.kernel.pager import UNTRUSTED
from memview.kernel.promotion import Grounds
from memview.kernel.router import Route, route_turn
from memview.kernel.workload import Demand
from memview.model.policy_spec import PolicySpec
from memview.model.session import Turn

_MOST_KEPT = 20_000
"""References and rankings that are remembered; beyond them, they are made again."""

_MANY = 16
"""References that are looked for at once, so that a policy with fewer or more of them finds them made."""

_COUNTS = frozenset({"uses", "idle"})
_OF_THE_RANK = frozenset({"importance", "rank", "tokens", "kind", "section", "trust"})
"""Signals of the promotion rule that are the same wherever the item has the same rank."""

_OF_THE_REFERENCE = _OF_THE_RANK | {"relevance", "score_ratio", "age"}
"""Signals that are in every replay the same for the same reference."""

_Sizes = tuple[bool, bool, bool]
Verdict = tuple[bool, Grounds]
_Asked = tuple[int, int, float, int, Verdict | None]
"""A reference of a turn: item, rank, score, tokens, and whether the promotion rule wants it (None: to be asked each
time). A plain tuple, of which the garbage collector need not look after thousands."""


class TurnMemo:
    """What replays of one session have in common, for as long as one question is being answered."""

    def __init__(self) -> None:
        self._candidates: dict[tuple[int, int], list[tuple[int, float]]] = {}
        self._routes: dict[tuple[int, _Sizes], Route] = {}
        self._found: dict[tuple[object, ...], tuple[Reference, ...]] = {}
        self._verdicts: dict[str, dict[tuple[int, int], Verdict]] = {}
        self._asked: dict[tuple[object, ...], tuple[_Asked, ...]] = {}

    def candidates(self, demand: Demand, turn: int) -> list[tuple[int, float]]:
        """What the turn ranked. Not to be changed."""
        known = self._candidates.get((id(demand), turn))
        if known is None:
            known = demand.of_turn(turn)
            if len(self._candidates) < _MOST_KEPT:
                self._candidates[id(demand), turn] = known
        return known

    def route(self, text: str, turn: int, stored: dict[str, int]) -> Route:
        """The route of the turn: only which stores are empty makes a difference."""
        sizes = stored["archive"] > 0, stored["recall"] > 0, stored["shared"] > 0
        known = self._routes.get((turn, sizes))
        if known is None:
            known = route_turn(text, stored)
            if len(self._routes) < _MOST_KEPT:
                self._routes[turn, sizes] = known
        return known

    def asked(self, kernel: Kernel, turn: int, stores: tuple[str, ...]) -> Sequence[_Asked]:
        """What the turn refers to, in the order in which it does, for a kernel that has no one withheld."""
        window, spec = kernel.recorder.context.window, kernel.spec
        # Messages come in the order of the session and leave from the front: these say which are there.
        shown = id(kernel.demand), turn, len(window), next(iter(window), -1), stores, spec.readahead
        key = (*shown, spec.top_k, spec.min_score_ratio, spec.promote_if)
        known = self._asked.get(key)
        if known is None:
            known = tuple(self._judged(kernel, self._found_by(kernel, shown, stores)))
            if len(self._asked) < _MOST_KEPT:
                self._asked[key] = known
        return known

    def _found_by(self, kernel: Kernel, shown: tuple[object, ...], stores: tuple[str, ...]) -> Sequence[Reference]:
        spec = kernel.spec
        if spec.readahead:
            return self._look_up(kernel, stores, spec)
        widest = PolicySpec("widest", top_k=max(spec.top_k, _MANY), min_score_ratio=0.0)
        widest_key = (*shown, widest.top_k)
        found = self._found.get(widest_key)
        if found is None:
            found = tuple(self._look_up(kernel, stores, widest))
            if len(self._found) < _MOST_KEPT:
                self._found[widest_key] = found
        # Without what is read ahead, fewer references are the first of more.
        found = found[: spec.top_k]
        if not found or not spec.min_score_ratio:
            return found
        best, ratio = found[0].score, spec.min_score_ratio
        return list(takewhile(lambda each: share_of_best(each.score, best) >= ratio, found))

    def _judged(self, kernel: Kernel, found: Sequence[Reference]) -> Iterator[_Asked]:
        promotion, items = kernel.pager.promotion, kernel.items
        if not _OF_THE_REFERENCE.issuperset(promotion.names):
            for reference in found:
                never = (False, UNTRUSTED) if items.is_untrusted(reference.item) else None
                yield reference.item, reference.rank, reference.score, items.tokens[reference.item], never
            return
        best = found[0].score if found else 0.0
        verdicts: dict[tuple[int, int], Verdict] = {}
        if _OF_THE_RANK.issuperset(promotion.names):
            verdicts = self._verdicts.setdefault(kernel.spec.promote_if, verdicts)
        for reference in found:
            item, rank, score, _ = reference
            verdict = verdicts.get((item, rank))
            if verdict is None:
                verdict = (
                    (False, UNTRUSTED) if items.is_untrusted(item) else kernel.pager.wants(item, rank, score, best)
                )
                verdicts[item, rank] = verdict
            yield item, rank, score, items.tokens[item], verdict

    def _look_up(self, kernel: Kernel, stores: tuple[str, ...], spec: PolicySpec) -> list[Reference]:
        candidates, route = self.candidates(kernel.demand, kernel.recorder.turn), Route(stores, "")
        return look_up(candidates, route, spec, kernel.items, kernel.guard, kernel.recorder, None, None)


class QuietKernel(Kernel):
    """A kernel with a memo that it shares with others of its session."""

    memo: TurnMemo
    counts_uses: bool
    is_guarded: bool

    def listen_to(self, memo: TurnMemo) -> None:
        """Use `memo` from here on; to be called before `load`."""
        self.memo = memo
        self.is_guarded = any(self.items.guarded)
        names = self.pager.promotion.names
        self.counts_uses = not _COUNTS.isdisjoint(names) or self.housekeeper is not None
        self.counts_uses |= any(turn.tool_calls for turn in self.workload.session.turns)

    def fork(self) -> QuietKernel:
        """As `Kernel.fork`; the memo stays shared."""
        twin = cast("QuietKernel", super().fork())
        twin.memo, twin.counts_uses, twin.is_guarded = self.memo, self.counts_uses, self.is_guarded
        return twin

    def _ranked(self, number: int) -> list[tuple[int, float]]:
        return self.memo.candidates(self.demand, number)

    def _look_up(self, text: str, candidates: list[tuple[int, float]], turn: Turn) -> None:
        if not self._is_plain(turn):
            super()._look_up(text, candidates, turn)
            return
        number, context, pager = self.recorder.turn, self.recorder.context, self.pager
        stored = self.intake.stored
        gone = len(context.lost) - self.intake.discarded
        route = self.memo.route(text, number, {**stored, "recall": stored["recall"] - gone} if gone else stored)
        asked = self.memo.asked(self, number, route.stores) if route.stores else ()
        seen = {each[0] for each in asked}
        pager.claim(seen)
        pages, best = pager.pages, asked[0][2] if asked else 0.0
        for each in asked:
            if each[0] in pages:
                pager.hit(each[0], each[2], "")
            else:
                self._fault(each, best)
        for name in dict.fromkeys(turn.used):
            self._refer_recorded(name, seen)

    def _fault(self, asked: _Asked, best: float) -> None:
        """As `_refer` of what is not resident."""
        item, rank, score, tokens, verdict = asked
        pager, assembler = self.pager, self.assembler
        wanted, why = verdict or pager.wants(item, rank, score, best)
        if self.counts_uses:
            pager.reference(item, self.recorder.turn)
        if wanted and pager.obstacle(item) is None:
            pager.promote(item, *why)
        elif assembler.retrieved_tokens + tokens <= assembler.budgets.retrieval:
            self.recorder.context.retrieved[item] = None
            assembler.retrieved_tokens += tokens

    def _is_plain(self, turn: Turn) -> bool:
        """Whether nothing but ranking, promotion and eviction decides this turn's lookup."""
        context, guard = self.recorder.context, self.guard
        guard.receive(self.items.acting(turn.agent))
        return not (
            self.compactor is not None
            or self.housekeeper is not None
            or context.summary
            or context.cold
            or context.lost
            or guard.is_guest
            or guard.invalid
            or guard.refused
            or guard.ended
            or guard.overruled
            or self.is_guarded
            or self.intake.has_sent_away
            or self.pinning.is_waiting
        )
