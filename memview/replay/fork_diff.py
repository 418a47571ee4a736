"""Everything that differs after a fork: its replay against that of its origin, turn by turn.

Turns have the same numbers in both. Two events are the same when they do the same with the same memory: what was
decided, not by which number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE
from memview.model.event import PagingEvent
from memview.model.frame import Custody, Frame
from memview.replay.metrics import Metrics
from memview.replay.probes import ProbeResult
from memview.replay.replay import Replay

SECTIONS = ("core", "summary", "retrieved", "window")

UNSCORED = "not scored"
"""A probe that names no evidence."""

_INSERT = ACTION_CODE["insert"]
_Doing = tuple[int, str, int, int, str]
"""What makes two events the same: action, memory, from, to, and the text of what is new."""


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What only one of the two has in a section of the prompt of a turn, in prompt order.

    What both hold with different texts is in `gone` and in `new`.
    """

    section: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnDiff:
    """One turn in both. `gone` are events that only the origin has, `new` those of the fork only; token counts too."""

    turn: int
    gone: tuple[PagingEvent, ...]
    new: tuple[PagingEvent, ...]
    sections: tuple[SectionChange, ...]
    before: Frame
    after: Frame

    @property
    def custody(self) -> tuple[Custody, Custody]:
        """The counts of the origin and of the fork."""
        return self.before.custody, self.after.custody


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric that is not the same; None where it does not apply."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class ProbeChange:
    """A probe with another verdict: `pass` (all evidence visible), `covered`, `fail`, or `not scored`."""

    probe_id: str
    after_turn: int
    before: str
    after: str


class ForkDiff:
    """`origin` against `fork`, as far as both are computed: `look` goes on where it stopped.

    `first` is the first turn that can differ, `turns` are those that do, `decided` those of them in which something
    else happens; in the others the prompt still holds something else, because of what happened before.
    """

    def __init__(self, origin: Replay, fork: Replay, first: int = 0) -> None:
        self.origin = origin
        self.fork = fork
        self.first = first
        self.turns: list[int] = []
        self.decided: list[int] = []
        self._looked = 0
        self._contexts = Context(), Context()
        self._is_apart = False

    @property
    def first_effect(self) -> int | None:
        """The first turn in which the two differ (0: loading); None when none was found so far."""
        return self.turns[0] if self.turns else None

    @property
    def is_done(self) -> bool:
        """Whether every turn of both was looked at."""
        return self._looked > min(self.origin.turn_count, self.fork.turn_count)

    @property
    def looked(self) -> int:
        """The first turn that was not looked at."""
        return self._looked

    def look(self, turns: int = 100_000_000) -> int:
        """Look at up to so many more turns; returns how many of all were looked at."""
        stop = min(self._looked + turns, self.origin.computed + 1, self.fork.computed + 1)
        for turn in range(self._looked, stop):
            for context, replay in zip(self._contexts, (self.origin, self.fork), strict=True):
                context.start_turn(turn)
                context.apply_log(replay.events, replay.event_span(turn))
            if turn >= self.first:
                self._compare(turn)
            self._looked = turn + 1
        return self._looked

    def _compare(self, turn: int) -> None:
        is_decided = _doings(self.origin, turn) != _doings(self.fork, turn)
        # From the same prompt, the same events lead to the same prompt.
        if is_decided or self._is_apart or self._rewritten:
            before, after = self._contexts
            self._is_apart = any(
                (held := {self.origin.workload.items.ids[item] for item in getattr(before, name)})
                != {self.fork.workload.items.ids[item] for item in getattr(after, name)}
                or not self._rewritten.isdisjoint(held)
                for name in SECTIONS
            )
        if is_decided:
            self.decided.append(turn)
        if is_decided or self._is_apart:
            self.turns.append(turn)

    @cached_property
    def _rewritten(self) -> frozenset[str]:
        """What both have, but with different texts."""
        old, new = self.origin.workload.items, self.fork.workload.items
        if old is new:
            return frozenset()
        texts = dict(zip(old.ids, old.texts, strict=True))
        return frozenset(name for name, text in zip(new.ids, new.texts, strict=True) if texts.get(name, text) != text)

    def turn(self, turn: int) -> TurnDiff:
        """What differs in one turn. Raises IndexError when it is not computed in both."""
        before, after = self.origin.frame(turn), self.fork.frame(turn)
        old, new = _doings(self.origin, turn), _doings(self.fork, turn)
        return TurnDiff(
            turn,
            tuple(_events(self.origin, turn, Counter(old) - Counter(new), old)),
            tuple(_events(self.fork, turn, Counter(new) - Counter(old), new)),
            tuple(_sections(before, after, self._rewritten)),
            before,
            after,
        )

    @property
    def metrics(self) -> list[MetricChange]:
        """The metrics that are not the same at the last turn of each."""
        return metric_changes(self.origin.metrics, self.fork.metrics)

    @property
    def probes(self) -> list[ProbeChange]:
        """The probes that are not answered alike, in the order in which they were asked."""
        return probe_changes(self.origin, self.fork)


def _doings(replay: Replay, turn: int) -> list[_Doing]:
    span, log, items = replay.event_span(turn), replay.events, replay.workload.items
    part = slice(span.start, span.stop)
    return [
        (
            action,
            "" if item < 0 else items.ids[item],
            origin,
            destination,
            items.texts[item] if action == _INSERT and item >= 0 else "",
        )
        for action, item, origin, destination in zip(
            log.actions[part], log.items[part], log.origins[part], log.destinations[part], strict=True
        )
    ]


def _events(replay: Replay, turn: int, wanted: Counter[_Doing], doings: Sequence[_Doing]) -> Iterator[PagingEvent]:
    for seq, doing in zip(replay.event_span(turn), doings, strict=True):
        if wanted[doing] > 0:
            wanted[doing] -= 1
            yield replay.events[seq]


def _sections(before: Frame, after: Frame, rewritten: frozenset[str]) -> Iterator[SectionChange]:
    for name in SECTIONS:
        old, new = getattr(before, name), getattr(after, name)
        kept = (set(old) & set(new)) - rewritten
        gone = tuple(each for each in old if each not in kept)
        came = tuple(each for each in new if each not in kept)
        if gone or came:
            yield SectionChange(name, gone, came)


def metric_changes(before: Metrics, after: Metrics) -> list[MetricChange]:
    """The metrics of which `after` says otherwise than `before`, in the published order."""
    return [MetricChange(name, before[name], after[name]) for name in before if before[name] != after[name]]


def probe_changes(origin: Replay, fork: Replay) -> list[ProbeChange]:
    """The probes, asked in both by now, that are not answered alike."""
    asked = min(origin.computed, fork.computed)
    was, now = _verdicts(origin), _verdicts(fork)
    return [
        ProbeChange(probe.probe_id, probe.after_turn, before, after)
        for probe in origin.session.probes
        if probe.after_turn <= asked
        and (before := was.get(probe.probe_id, UNSCORED)) != (after := now.get(probe.probe_id, UNSCORED))
    ]


def _verdicts(replay: Replay) -> dict[str, str]:
    return {result.probe_id: _verdict(result) for result in replay.probe_results}


def _verdict(result: ProbeResult) -> str:
    if result.visible >= result.evidence:
        return "pass"
    return "covered" if result.visible + result.covered >= result.evidence else "fail"


def event_words(event: PagingEvent) -> str:
    """`evict PRF-1 core → archive`, as it stands in a list of what is gone or new."""
    moved = event.destination is not None and event.destination != event.origin
    way = f" {event.origin or 'new'} → {event.destination}" if moved else ""
    return f"{event.action} {event.memory_id or ''}{way}".rstrip()
