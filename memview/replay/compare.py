"""One session under several policies, aligned by turn: at which turns their prompts differ, and in what.

Two policies differ at a turn when, at its frame, a section of the prompt (core, summary, retrieved or window) does not
hold the same items under both. The order within a section does not count; the section does: an item that is resident
under one policy and fetched for the turn under the other one is a difference. Turn 0 sends no prompt and is not looked
at. Two policies may make different summaries under one id: these are different items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memview.kernel.context import Context
from memview.kernel.workload import Workload
from memview.model.errors import PolicyError
from memview.model.event import PagingEvent
from memview.model.frame import Frame
from memview.model.policy_spec import PolicySpec
from memview.model.session import Session
from memview.policies import load_policy
from memview.replay.metrics import Metrics
from memview.replay.replay import Replay

COMPARED_SECTIONS = ("core", "summary", "retrieved", "window")


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """A section that does not hold the same items under all policies.

    `own` lists for each policy, in the order of the comparison, the ids that it has there and not every other one has,
    in prompt order. Of two policies that is what is unique to each.
    """

    section: str
    own: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Divergence:
    """What differs between the prompts of one turn, section by section in prompt order."""

    turn: int
    sections: tuple[SectionDifference, ...]


class Comparison:
    """Replays of one session, all of them complete. `labels` names them: `name@version`, with `#2` for a second one."""

    def __init__(self, session: Session, replays: Sequence[Replay]) -> None:
        self.session = session
        self.replays = tuple(replays)
        self.labels = _distinct([replay.spec.label for replay in replays])
        self.diverging_turns = tuple(
            turn for turn, contexts in self._aligned() if any(_differ(contexts, name) for name in COMPARED_SECTIONS)
        )

    @property
    def turn_count(self) -> int:
        """Turns in the session."""
        return len(self.session.turns)

    @property
    def first_divergence(self) -> int | None:
        """The first turn (from 1) whose prompts differ; None when all prompts hold the same."""
        return self.diverging_turns[0] if self.diverging_turns else None

    @property
    def divergences(self) -> list[Divergence]:
        """Every turn whose prompts differ, with what differs, in order of time. Computed in one pass when asked for."""
        wanted = set(self.diverging_turns)
        return [self._divergence(turn, contexts) for turn, contexts in self._aligned() if turn in wanted]

    def divergence(self, turn: int) -> Divergence:
        """What differs between the prompts of `turn`; without sections where nothing does. Raises IndexError."""
        for number, contexts in self._aligned():
            if number == turn:
                return self._divergence(turn, contexts)
        raise IndexError(f"turn {turn} of {self.turn_count}")

    def frames(self, turn: int) -> tuple[Frame, ...]:
        """The frame of `turn` under each policy: which items are in which section of the prompt. Raises IndexError."""
        return tuple(replay.frame(turn) for replay in self.replays)

    def decisions(self, divergence: Divergence) -> tuple[list[PagingEvent], ...]:
        """Under each policy the events of that turn that moved, or refused to move, what differs."""
        ids = {name for section in divergence.sections for own in section.own for name in own}
        return tuple(
            [event for event in _events_of(replay, divergence.turn) if _decides(event, ids)] for replay in self.replays
        )

    @property
    def metrics(self) -> dict[str, Metrics]:
        """Metrics by label and published name; None where one does not apply."""
        return {label: replay.metrics for label, replay in zip(self.labels, self.replays, strict=True)}

    def _aligned(self) -> Iterator[tuple[int, list[Context]]]:
        """The folds of all replays at the end of every turn. The contexts are the same objects throughout."""
        contexts = [Context() for _ in self.replays]
        for turn in range(self.turn_count + 1):
            for context, replay in zip(contexts, self.replays, strict=True):
                context.start_turn(turn)
                context.apply_log(replay.events, replay.event_span(turn))
            if turn:
                yield turn, contexts

    def _divergence(self, turn: int, contexts: Sequence[Context]) -> Divergence:
        ids = self.replays[0].workload.items.ids
        sections = []
        for name in COMPARED_SECTIONS:
            if _differ(contexts, name):
                held = [getattr(context, name) for context in contexts]
                common = set(held[0]).intersection(*held[1:])
                own = tuple(tuple(ids[item] for item in items if item not in common) for items in held)
                sections.append(SectionDifference(name, own))
        return Divergence(turn, tuple(sections))


def compare(
    session: Session,
    policies: Sequence[str | PolicySpec],
    *,
    core_budget: int | None = None,
    window: int | None = None,
    retrieval_budget: int | None = None,
    seed: int = 0,
) -> Comparison:
    """`session` replayed under each of `policies` (names, name@version, policy files, specs), retrieval done only once.

    Budgets are tokens; None leaves each policy's or the session's own. Raises PolicyError for fewer than two policies,
    an unknown one or budgets that cannot work, TokenizerError for an unknown tokenizer.
    """
    if len(policies) < 2:
        raise PolicyError(f"{len(policies)} policies: a comparison needs two or more; name them as A,B")
    specs = [load_policy(policy) if isinstance(policy, str) else policy for policy in policies]
    workload = Workload(session)
    return Comparison(
        session,
        [Replay(workload, spec, core_budget, window, retrieval_budget, seed).run() for spec in specs],
    )


def _differ(contexts: Sequence[Context], section: str) -> bool:
    first = getattr(contexts[0], section).keys()
    return any(getattr(context, section).keys() != first for context in contexts[1:])


def _events_of(replay: Replay, turn: int) -> list[PagingEvent]:
    span = replay.event_span(turn)
    return replay.events[span.start : span.stop]


def _decides(event: PagingEvent, ids: set[str]) -> bool:
    if event.memory_id not in ids:
        return False
    moved = event.destination is not None and event.destination != event.origin
    return moved or event.action in ("reject", "drop", "quarantine")


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """`labels` with `#2`, `#3` behind the ones that came before."""
    seen: dict[str, int] = {}
    result = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    return tuple(result)
