"""What the scoreboard knows so far and what it still wants to know; no screen in here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from memview.tui.screens.scoreboard_desk import Found, Rival
from memview.tui.views.curve_view import SERIES
from memview.tui.views.scoreboard_view import Entry, Progress

if TYPE_CHECKING:
    from memview.evaluate.curve import BandPoint, Curve, CurvePoint
    from memview.evaluate.findings import Question
    from memview.evaluate.reuse import AccessProfile
    from memview.evaluate.scoreboard import Score
    from memview.replay.probes import ProbeResult

_COMPANIONS = ("lru@1", "arc@1")
"""Policies that are drawn beside a lane that is alone."""


class Knowledge:
    """Rivals, what was found about each, and which of them are shown and drawn."""

    def __init__(self, active: int) -> None:
        self.rivals: dict[str, Rival] = {}
        self.drawn: list[str] = []
        self.with_all = False
        self.ladder: tuple[int, ...] = ()
        self.most: int | None = None
        self.profile: AccessProfile | None = None
        self._active = active
        self._scores: dict[str, Score] = {}
        self._probes: dict[str, dict[str, ProbeResult]] = {}
        self._points: dict[tuple[str, int], CurvePoint] = {}
        self._bands: dict[tuple[str, int], BandPoint] = {}
        self._problems: dict[str, str] = {}
        self._answered: set[Question] = set()

    def enter(self, rivals: Iterable[Rival]) -> None:
        """These compete."""
        self.rivals = {rival.name: rival for rival in rivals}
        lanes = [rival.name for rival in self.rivals.values() if rival.lane is not None]
        self.drawn = lanes[: len(SERIES)]
        for name in _COMPANIONS:
            if len(self.drawn) < 2 and name in self.rivals and name not in self.drawn:
                self.drawn.append(name)

    def learn(self, news: Found) -> None:
        """Take in an answer."""
        from memview.evaluate.curve import BandPoint, CurvePoint
        from memview.evaluate.reuse import AccessProfile
        from memview.evaluate.scoreboard import Score

        question, finding = news.question, news.finding
        self._answered.add(question)
        if isinstance(finding, Score):
            self._scores[question.name] = finding
            self._probes[question.name] = finding.by_probe
        elif isinstance(finding, CurvePoint):
            self._points[question.name, finding.budget] = finding
        elif isinstance(finding, BandPoint):
            self._bands[question.name, finding.budget] = finding
        elif isinstance(finding, AccessProfile):
            self.profile, self.ladder, self.most = finding, news.ladder, news.most
        elif question.kind == "score":
            self._problems[question.name] = news.problem

    def is_answered(self, question: Question) -> bool:
        return question in self._answered

    @property
    def active(self) -> str | None:
        """The name of the lane that the inspector shows."""
        return next((rival.name for rival in self.rivals.values() if rival.lane == self._active), None)

    @property
    def shown(self) -> list[Rival]:
        """Those on the board: presets and what knows the future only when they are asked for."""
        return [
            rival
            for rival in self.rivals.values()
            if self.with_all or rival.group in ("loaded", "shipped") or rival.name in self.drawn
        ]

    def entries(self) -> list[Entry]:
        """The board's rows as they come."""
        made = []
        for rival in self.shown:
            glyph, style = ("", "text")
            if rival.name in self.drawn:
                glyph, style = SERIES[self.drawn.index(rival.name)]
            made.append(
                Entry(
                    rival.name,
                    rival.group,
                    rival.contender.spec.summary,
                    self._scores.get(rival.name),
                    self._probes.get(rival.name, {}),
                    self._problems.get(rival.name, ""),
                    glyph,
                    style,
                )
            )
        return made

    def draw_or_not(self, name: str) -> bool:
        """Draw a policy's curve, or leave it out; False when there is no room for one more."""
        if name in self.drawn:
            self.drawn.remove(name)
        elif len(self.drawn) < len(SERIES):
            self.drawn.append(name)
        else:
            return False
        return True

    def curve(self) -> Curve | None:
        """The curves of the policies drawn, as far as they are known; None before the budgets are."""
        if not self.ladder:
            return None
        from memview.evaluate.curve import Curve, PolicyLine, hull

        lines = tuple(
            PolicyLine(name, tuple(self._points.get((name, budget)) for budget in self.ladder)) for name in self.drawn
        )
        bands = tuple(hull(self._bands.get((name, budget)) for name in self.drawn) for budget in self.ladder)
        return Curve(self.ladder, lines, bands, self.most)

    def wanted(self, section: str) -> tuple[Question, ...]:
        """All questions, most urgent first: the lanes, then what the section in front shows, then the rest."""
        from memview.evaluate.findings import Question

        active = self.active
        if active is None:
            return ()
        lanes = [Question("score", rival.name) for rival in self.shown if rival.lane is not None]
        scores = [Question("score", rival.name) for rival in self.shown]
        profile = [Question("profile", active)]
        curves = self._of_curves()
        order = [*lanes, *profile, *curves, *scores]
        if section == "curve":
            order = [*profile, *curves, *scores]
        elif section == "accesses":
            order = [*profile, *lanes, *scores, *curves]
        elif section in ("board", "probes"):
            order = [*lanes, *profile, *scores, *curves]
        return tuple(dict.fromkeys(order))

    def _of_curves(self) -> list[Question]:
        """Points of all curves, and the band where the core is now first."""
        from memview.evaluate.findings import Question

        now = 0 if self.profile is None else self.profile.budget
        by_nearness = sorted(range(len(self.ladder)), key=lambda place: abs(place - self._place_of(now)))
        points = [Question("point", name, self.ladder[place]) for place in by_nearness for name in self.drawn]
        bands = [Question("band", name, self.ladder[place]) for place in by_nearness for name in self.drawn]
        return [*points, *bands]

    def _place_of(self, budget: int) -> int:
        return self.ladder.index(budget) if budget in self.ladder else 0

    def progress(self, order: Sequence[Question], busy_with: Question | None, turn: int) -> Progress:
        """How far the work is."""
        done = sum(question in self._answered for question in order)
        if busy_with is None or busy_with in self._answered:
            return Progress(done, len(order))
        budget = "" if busy_with.budget is None else f" at {busy_with.budget}"
        turns = len(self.rivals[busy_with.name].contender.workload.session.turns)
        return Progress(done, len(order), f"{busy_with.name}{budget}", turn, turns)
