"""Where a class is in a lesson, and how often it was right. Plain state: a screen or a printout draws it."""

from __future__ import annotations

from dataclasses import dataclass, field

from memview.lessons.teaching import Question


@dataclass(slots=True)
class Progress:
    """`at` is the stop, from 0; `answers` what was chosen first at each stop with a question. First answers count.

    `given_up` are the stops where the answer was shown before anybody chose one.
    """

    questions: tuple[Question | None, ...]
    at: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)

    @property
    def question(self) -> Question | None:
        """What is asked here."""
        return self.questions[self.at]

    @property
    def waits(self) -> bool:
        """Whether a question is open here: the lesson goes on once it is answered or passed over."""
        return self.question is not None and not self.is_told

    @property
    def is_told(self) -> bool:
        """Whether the answer here may be shown: somebody chose one, or asked for it."""
        return self.at in self.answers or self.at in self.given_up

    @property
    def is_right(self) -> bool | None:
        """Whether the answer given here is right; None when there is none."""
        question, answer = self.question, self.answers.get(self.at)
        return None if question is None or answer is None else answer in question.right

    @property
    def right(self) -> int:
        """Questions answered rightly so far."""
        return sum(
            question is not None and self.answers.get(stop) in question.right
            for stop, question in enumerate(self.questions)
        )

    @property
    def asked(self) -> int:
        """Questions answered so far."""
        return len(self.answers)

    @property
    def is_last(self) -> bool:
        return self.at == len(self.questions) - 1

    def answer(self, option: int) -> bool:
        """Choose `option`, from 0; returns whether it was taken: it exists, and nothing was chosen here before."""
        question = self.question
        if question is None or self.is_told or not 0 <= option < len(question.options):
            return False
        self.answers[self.at] = option
        return True

    def give_up(self) -> bool:
        """Show the answer without choosing one, which counts as passed over; returns whether one was open."""
        waited = self.waits
        if waited:
            self.given_up.add(self.at)
        return waited

    def go(self, steps: int) -> bool:
        """On by so many stops, or back; returns whether that moved. A question that is open can be passed over."""
        target = max(0, min(self.at + steps, len(self.questions) - 1))
        moved, self.at = target != self.at, target
        return moved

    @property
    def verdict(self) -> str:
        """`3 of 4 right`, for the end."""
        questions = sum(question is not None for question in self.questions)
        if not questions:
            return "This lesson asked nothing."
        passed = questions - self.asked
        return f"{self.right} of {questions} right" + (f", {passed} passed over" if passed else "")
