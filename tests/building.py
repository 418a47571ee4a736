"""Small sessions by hand: sizes are given, not counted, so that a test can do its sums."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from memview.kernel.workload import Workload
from memview.model.event import PagingEvent
from memview.model.memory import Memory
from memview.model.session import Arrival, Budgets, Session, Turn
from memview.policies import load_policy
from memview.replay import Replay

ROOMY = Budgets(window=10_000, core=100, retrieval=100, reserve=0)


def memory(memory_id: str, text: str = "kiwi", tokens: int = 10, **fields: Any) -> Memory:
    """A record of `tokens` tokens that the promotion rule of `run` wants, unless its importance is below 0.5."""
    return Memory(memory_id, text, tokens=tokens, **fields)


def turn(number: int, text: str = "kiwi", tokens: int = 10, **fields: Any) -> Turn:
    """Turn `t<number>`."""
    return Turn(f"t{number}", fields.pop("role", "user"), text, tokens=tokens, **fields)


def session(*turns: Turn, loaded: tuple[Memory, ...] = (), budgets: Budgets = ROOMY, **fields: Any) -> Session:
    """A session whose `loaded` memories are there before the first turn."""
    arrivals = tuple(Arrival(0, each) for each in loaded) + fields.pop("arrivals", ())
    return Session("s", turns=turns, budgets=budgets, arrivals=arrivals, **fields)


def run(story: Session, policy: str = "lru", **changes: Any) -> Replay:
    """The session replayed to its end under `policy` with some of its settings changed."""
    settings: dict[str, Any] = {"promote_if": "importance >= 0.5", "min_score_ratio": 0.0, **changes}
    return Replay(Workload(story), replace(load_policy(policy), **settings)).run()


def of_turn(replay: Replay, number: int, *actions: str) -> list[PagingEvent]:
    """The events of a turn, of these actions when some are given."""
    events = [replay.events[seq] for seq in replay.event_span(number)]
    return [event for event in events if not actions or event.action in actions]


def told(event: PagingEvent) -> tuple[str, str | None, str | None, str | None, str]:
    """What a test compares: action, id, from, to, reason."""
    return (event.action, event.memory_id, event.origin, event.destination, event.reason)


def reasons(replay: Replay, number: int, *actions: str) -> list[tuple[str | None, str]]:
    """Id and reason of the events of a turn, of these actions when some are given."""
    return [(event.memory_id, event.reason) for event in of_turn(replay, number, *actions)]
