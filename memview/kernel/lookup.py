"""From ranked candidates to references: what of the ranking this turn may really look at, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from memview.kernel.guard import Guard
from memview.kernel.items import ItemTable
from memview.kernel.recorder import Recorder
from memview.kernel.router import Route
from memview.model.policy_spec import PolicySpec

Candidates = list[tuple[int, float]]


class Reference(NamedTuple):
    """A memory that the turn asks for; `leader` is the hit that it was read ahead with, if it was."""

    item: int
    rank: int
    score: float
    leader: int | None = None


def look_up(
    candidates: Candidates,
    route: Route,
    spec: PolicySpec,
    items: ItemTable,
    guard: Guard,
    recorder: Recorder,
    agent: str | None,
    at: str | None,
) -> list[Reference]:
    """The first `top_k` references among `candidates`, messages read ahead behind their leaders.

    The ranking ends where scores fall below `min_score_ratio` of the first that counts: what hardly matches is noise,
    and a turn does not need it. Skips what is in another store than those of the route, nowhere or cold, and what the
    window or the summary shows already. What the guard withholds becomes a `quarantine` or `reject` event and takes no
    place.
    """
    found: list[Reference] = []
    taken: set[int] = set()
    context = recorder.context
    window, summary, lost, cold = context.window, context.summary, context.lost, context.cold
    best: float | None = None
    for item, score, leader in _with_readahead(candidates, spec.readahead, items, recorder.turn):
        if leader is None and (
            len(taken) >= spec.top_k or (best is not None and share_of_best(score, best) < spec.min_score_ratio)
        ):
            break
        if item in taken or item in window or item in summary or item in lost or item in cold:
            continue
        if items.home(item) not in route.stores:
            continue
        blocked = guard.withholds(item, agent, at) if guard.minds(item) else None
        if blocked is not None:
            action = "reject" if guard.quarantines(item) is None else "quarantine"
            recorder.record(action, item, reason=blocked, signal="relevance", value=score)
            continue
        if best is None:
            best = score
        taken.add(item)
        found.append(Reference(item, len(found) + 1, score, leader))
    return found


def share_of_best(score: float, best: float) -> float:
    """`score` as a share, 0..1, of the best score of a ranking that it comes after.

    Where every document holds the word, BM25 is below zero: there the worse score is the larger number.
    """
    if best > 0:
        return score / best
    return best / score if score < 0 else 1.0


def _with_readahead(
    candidates: Candidates, readahead: int, items: ItemTable, turn: int
) -> Iterator[tuple[int, float, int | None]]:
    for item, score in candidates:
        yield item, score, None
        follower = item
        for _ in range(readahead):
            follower = items.next_message[follower]
            # The table may have grown beyond this turn, for another policy: the future is not there to be read.
            if follower < 0 or items.arrivals[follower] >= turn:
                break
            yield follower, score, item
