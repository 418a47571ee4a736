"""A lesson on its session: the replays that it shows, and what is right, read off them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memview.lessons.lesson import Choice, Lesson, Prediction, Stop
from memview.model.display import printable
from memview.model.errors import MemviewError
from memview.model.session import Session
from memview.replay import Replay, Workload

_MOST_OPTIONS = 9
"""One for every digit key."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at a stop. `right` are the numbers of all right options, from 0."""

    text: str
    options: tuple[str, ...]
    right: frozenset[int]


class Teaching:
    """`lesson` with a complete replay for each policy and core that it shows.

    Raises MemviewError for a stop whose turn, policy or memory does not exist, or that asks for an eviction where there
    is none.
    """

    def __init__(self, lesson: Lesson, session: Session) -> None:
        from memview.policies import load_policy

        self.lesson = lesson
        self.session = session
        self.workload = Workload(session)
        self.replays: dict[tuple[str, int | None], Replay] = {}
        for stop in lesson.stops:
            key = (stop.policy, stop.core)
            if key not in self.replays:
                self.replays[key] = Replay(self.workload, load_policy(stop.policy), stop.core).run()
        self.questions: tuple[Question | None, ...] = tuple(
            self._question(number, stop) for number, stop in enumerate(lesson.stops, 1)
        )

    def replay_at(self, stop: Stop) -> Replay:
        """The replay that `stop` shows."""
        return self.replays[stop.policy, stop.core]

    def outcome(self, at: int, chosen: int | None) -> int:
        """The `seq` of the eviction that the prediction at stop `at` (from 0) asks for.

        Of several it is that of the option `chosen`, if that is right, else the first. Raises ValueError for a stop
        that asks for no prediction.
        """
        stop, question = self.lesson.stops[at], self.questions[at]
        if question is None or not isinstance(stop.question, Prediction):
            raise ValueError(f"stop {at} predicts nothing")
        wanted = {chosen} & question.right or question.right
        names = {question.options[place] for place in wanted if place is not None}
        replay = self.replay_at(stop)
        return next(
            seq
            for seq in replay.event_span(stop.turn + 1)
            if replay.events[seq].action == "evict" and replay.events[seq].memory_id in names
        )

    def _question(self, number: int, stop: Stop) -> Question | None:
        replay = self.replay_at(stop)
        where = f"{printable(self.lesson.file) or self.lesson.name}: stop {number}"
        if stop.turn > replay.turn_count:
            turns = f"{printable(self.session.session_id)} has {replay.turn_count} turns"
            raise MemviewError(f"{where}: turn {stop.turn}: {turns}; name one of them")
        if stop.memory is not None and stop.memory not in replay.item_ids():
            raise MemviewError(f"{where}: memory {printable(stop.memory)}: is not in the session; mend the id")
        if isinstance(stop.question, Choice):
            return Question(stop.question.text, stop.question.options, frozenset({stop.question.answer}))
        if isinstance(stop.question, Prediction):
            return _predicted(replay, stop, stop.question.text, where)
        return None


def _predicted(replay: Replay, stop: Stop, text: str, where: str) -> Question:
    """Options are the residents that may leave; right is each that the next turn puts out."""
    if stop.turn >= replay.turn_count:
        raise MemviewError(f"{where}: turn {stop.turn} is the last one; predict before another")
    evicted = evicted_in(replay, stop.turn + 1)
    residents = [slot.memory_id for slot in replay.core_slots(stop.turn) if not slot.pinned]
    right = [name for name in residents if name in evicted]
    if not right:
        raise MemviewError(f"{where}: nothing that is resident at turn {stop.turn} is evicted in the turn after it")
    options = _few(residents, right)
    return Question(text, tuple(options), frozenset(options.index(name) for name in right if name in options))


def _few(residents: Sequence[str], right: Sequence[str]) -> list[str]:
    """At most one option a digit key, in their order in the core, the right ones among them."""
    spare = max(0, _MOST_OPTIONS - len(right))
    wrong = [name for name in residents if name not in right][:spare]
    kept = {*right[:_MOST_OPTIONS], *wrong}
    return [name for name in residents if name in kept]


def evicted_in(replay: Replay, turn: int) -> list[str]:
    """Ids of what `turn` puts out of the core, in order of time."""
    events = (replay.events[seq] for seq in replay.event_span(turn))
    return [event.memory_id for event in events if event.action == "evict" and event.memory_id is not None]


def teach(lesson: Lesson) -> Teaching:
    """`lesson` with its session opened and replayed. Raises MemviewError for what is wrong with either."""
    from memview.sessions.catalogue import find_session
    from memview.sessions.importers import open_session

    return Teaching(lesson, open_session(find_session(lesson.session)).session)
