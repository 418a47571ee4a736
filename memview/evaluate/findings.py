"""What is found out about contenders one piece at a time, so that a screen can show, stop and go on at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from memview.evaluate.cache import ResultCache
from memview.evaluate.contender import Contender, OnTurn
from memview.evaluate.curve import BandPoint, CurvePoint, band_point, curve_point
from memview.evaluate.identity import session_digest
from memview.evaluate.reuse import AccessProfile, profile_of
from memview.evaluate.scoreboard import Score, score_of
from memview.model.session import Session

Finding = Score | AccessProfile | CurvePoint | BandPoint
Kind = Literal["score", "profile", "point", "band"]

_FOUND_BY: Mapping[Kind, Callable[[Contender, OnTurn | None], Finding]] = {
    "score": score_of,
    "profile": profile_of,
    "point": lambda contender, on_turn: curve_point(contender, contender.overrides.core or 0, on_turn),
    "band": lambda contender, on_turn: band_point(contender, contender.overrides.core or 0, on_turn),
}
_KINDS: Mapping[Kind, type[Finding]] = {
    "score": Score,
    "profile": AccessProfile,
    "point": CurvePoint,
    "band": BandPoint,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about the contender called `name`. A point and a band are asked at a core budget in tokens."""

    kind: Kind
    name: str
    budget: int | None = None


class Inquiry:
    """Answers questions from the cache, or by replaying. One thread asks."""

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache
        self._digests: list[tuple[Session, str]] = []

    def answer(self, question: Question, contender: Contender, on_turn: OnTurn | None = None) -> Finding:
        """What is found out. Raises PolicyError for a policy or budget that cannot work, and what `on_turn` raises."""
        if question.budget is not None:
            contender = contender.at(question.budget)
        if not contender.is_shipped:
            # What a plugin decides is not in its settings: its results are good for this run only.
            return _FOUND_BY[question.kind](contender, on_turn)
        identity = contender.identity(self._digest(contender.workload.session))
        known = self._cache.find(identity, _KINDS[question.kind])
        if known is not None:
            return known
        found = _FOUND_BY[question.kind](contender, on_turn)
        self._cache.keep(identity, found)
        return found

    def _digest(self, session: Session) -> str:
        for known, digest in self._digests:
            if known is session:
                return digest
        digest = session_digest(session)
        self._digests.append((session, digest))
        return digest
