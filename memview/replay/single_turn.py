"""One question put to a session's memory, end to end, as the turn after a given one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.kernel.event_log import ACTION_CODE
from memview.kernel.kernel import Kernel
from memview.model.event import PagingEvent
from memview.model.frame import SectionTokens
from memview.model.memory import Memory
from memview.replay.inspect import prompt_of_question
from memview.replay.replay import Replay
from memview.replay.views import Prompt


@dataclass(frozen=True, slots=True)
class SingleTurn:
    """What one question did: its events, the prompt that it made, and the memories in that prompt."""

    question: str
    after_turn: int
    core_before: int
    events: Sequence[PagingEvent]
    tokens: SectionTokens
    prompt: Prompt
    memories: Sequence[Memory]

    @property
    def promoted(self) -> list[str]:
        """Ids of the memories that this turn promoted into the core."""
        return [event.memory_id for event in self.events if event.action == "promote" and event.memory_id]


def ask(replay: Replay, question: str, after_turn: int) -> SingleTurn:
    """Ask `question` as the turn after `after_turn` (0: as the first turn) of a replay that has computed none yet.

    Raises ValueError for a replay that has gone further: the ranking must not see what comes later.
    """
    if replay.computed > 0:
        raise ValueError(f"the replay has already computed {replay.computed} turns")
    replay.advance(after_turn)
    kernel = replay.fork_kernel()
    before = len(kernel.recorder.context.core)
    turn = replay.session.turns[after_turn - 1] if after_turn else None
    tokens = kernel.ask(
        question,
        kernel.demand.rank(question),
        turn.agent if turn else None,
        turn.at if turn else None,
    )
    return SingleTurn(
        question=question,
        after_turn=after_turn,
        core_before=before,
        events=kernel.recorder.log[:],
        tokens=tokens,
        prompt=prompt_of_question(replay.workload, kernel.recorder.context, question, tokens),
        memories=_memories(kernel),
    )


def _memories(kernel: Kernel) -> list[Memory]:
    """The memories of the prompt: what this turn asked for first, then the rest of the core and the summary."""
    context = kernel.recorder.context
    log = kernel.recorder.log
    asked = [
        item
        for item, action in zip(log.items, log.actions, strict=True)
        if action in (ACTION_CODE["hit"], ACTION_CODE["fault"])
    ]
    shown = {**dict.fromkeys(context.core), **context.summary, **context.retrieved}
    order = dict.fromkeys([*(item for item in asked if item in shown), *shown])
    return [kernel.items.memory(item) for item in order]
