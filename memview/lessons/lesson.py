"""A lesson: stops on the way through a session, each with a caption and perhaps a question."""

from __future__ import annotations

from dataclasses import dataclass

PANES = ("core", "turn", "hits", "timeline")
EVICTION = "eviction"


@dataclass(frozen=True, slots=True)
class Choice:
    """A multiple-choice question: `answer` is the number of the right one, from 0."""

    text: str
    options: tuple[str, ...]
    answer: int


@dataclass(frozen=True, slots=True)
class Prediction:
    """Which page will the policy put out in the turn after this one? The replay knows."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of a lesson, at the end of `turn` (0: after loading) under `policy` with a core of `core` tokens.

    `pane` gets the focus; `memory` is the memory that the caption speaks of, if it is one. With a question, `after` is
    told once it is answered.
    """

    turn: int
    policy: str
    core: int | None
    pane: str
    caption: str
    memory: str | None = None
    question: Choice | Prediction | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """`session` is a sample's name or a path; `minutes` how long it takes a class; `file` where it was read from."""

    name: str
    title: str
    summary: str
    session: str
    stops: tuple[Stop, ...]
    minutes: int = 5
    file: str = ""

    @property
    def policies(self) -> tuple[str, ...]:
        """Every policy that the lesson shows, in the order of its stops."""
        return tuple(dict.fromkeys(stop.policy for stop in self.stops))

    @property
    def question_count(self) -> int:
        return sum(stop.question is not None for stop in self.stops)
