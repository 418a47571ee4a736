"""A lesson: the inspector on its session, with a box that tells and asks, stop by stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from memview.lessons.lesson import Prediction, Stop
from memview.lessons.score import Progress
from memview.model.display import printable
from memview.sessions.catalogue import find_session
from memview.settings import BudgetSettings, Settings
from memview.tui.actions import INSPECTOR, LESSON, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.lesson_lanes import LessonLanes
from memview.tui.loader import OpenedSession
from memview.tui.news import SessionOpened
from memview.tui.position import Position, at_event
from memview.tui.screens.inspector import Inspector
from memview.tui.screens.lesson_end import BACK, LEAVE, Ending, LessonEndScreen
from memview.tui.views.core_view import core_rows
from memview.tui.views.custody_view import custody_line
from memview.tui.views.lesson_view import Told, without_the_victim
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.lesson_box import LessonBox
from memview.tui.widgets.lesson_timeline import LessonTimeline
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.scrub_strip import ScrubStrip

if TYPE_CHECKING:
    from memview.lessons.lesson import Lesson
    from memview.lessons.teaching import Teaching
    from memview.replay import Replay
    from memview.tui.views.header_view import Status

_STYLES = Path(__file__).parent.parent / "styles"
_LEAST_BOX = 3
"""Rows of the box while a person looks around."""


class LessonHouse(Protocol):
    """What a lesson asks of the program."""

    def open_lesson(self, teaching: Teaching) -> None: ...

    def leave_lesson(self) -> None: ...


def _lesson_bindings() -> list[BindingType]:
    """The lesson's keys go before those of panes and of the inspector, which have them back while one explores."""
    own = [action for action in actions_only_on(LESSON) if action.id != "lesson.choose"]
    taken = [replace(binding, priority=True) for binding in bindings_for(own) if isinstance(binding, Binding)]
    digits = [Binding(str(digit), f"lesson_choose({digit})", show=False, priority=True) for digit in range(1, 10)]
    return [*taken, *digits, *bindings_for(actions_only_on(INSPECTOR))]


class LessonScreen(Inspector):
    """Shows `teaching` stop by stop. Every key of the inspector that the lesson does not take works all the time."""

    CSS_PATH = [_STYLES / "inspector.tcss", _STYLES / "lesson.tcss"]  # noqa: RUF012 - Textual declares it so
    SCOPE = LESSON
    BINDINGS: ClassVar[list[BindingType]] = _lesson_bindings()

    def __init__(self, teaching: Teaching, settings: Settings) -> None:
        path = find_session(teaching.lesson.session)
        super().__init__(path, teaching.lesson.policies, BudgetSettings(), settings)
        self.teaching = teaching
        self.progress = Progress(teaching.questions)
        self.lanes = self._lesson_lanes = LessonLanes()
        self.is_exploring = False
        self._nudged = False
        self._unmarked: set[str] = set()

    def compose(self) -> ComposeResult:
        yield ClickBar(id="header")
        yield ClickBar(id="tabs")
        with Horizontal(id="panes"):
            yield Pane(id="core")
            yield Pane(id="turn")
            yield Pane(id="prompt")
            yield Pane(id="hits")
        yield LineWidget(id="gauge")
        yield LineWidget(id="custody")
        yield LessonTimeline(id="timeline")
        yield ScrubStrip(id="strip")
        yield LineWidget(id="notice")
        yield LessonBox(id="lesson")
        yield KeyBar(actions_on(INSPECTOR), id="footer")
        yield KeyBar(actions_on(LESSON), id="lesson-keys")

    # Where one is

    @property
    def lesson(self) -> Lesson:
        return self.teaching.lesson

    @property
    def stop(self) -> Stop:
        """The stop at which the lesson is."""
        return self.lesson.stops[self.progress.at]

    @property
    def told(self) -> Told:
        """What the box says now."""
        progress, stop = self.progress, self.stop
        return Told(
            title=self.lesson.title,
            number=progress.at + 1,
            stops=len(self.lesson.stops),
            caption=stop.caption,
            question=progress.question,
            chosen=progress.answers.get(progress.at),
            is_told=progress.is_told,
            after=stop.after,
            score=self._score(),
            nudged=self._nudged,
            is_away=self.is_away,
        )

    @property
    def is_away(self) -> bool:
        """Whether a person has gone elsewhere: another turn or event, another policy, or the keys of the inspector."""
        return self.is_exploring or self.replay is not self._standing[0] or self.position != self._standing[1]

    @property
    def hides_the_answer(self) -> bool:
        """Whether an eviction is asked for: what leaves next is not shown before somebody has answered."""
        return not self.is_exploring and self.progress.waits and isinstance(self.stop.question, Prediction)

    @property
    def _standing(self) -> tuple[Replay, Position]:
        """The replay and the position that the stop shows: after an answered prediction, the eviction itself."""
        stop, progress = self.stop, self.progress
        replay = self.teaching.replay_at(stop)
        if progress.is_told and isinstance(stop.question, Prediction):
            seq = self.teaching.outcome(progress.at, progress.answers.get(progress.at))
            return replay, at_event(replay, seq)
        return replay, Position(stop.turn)

    def _score(self) -> str:
        progress, asked = self.progress, self.lesson.question_count
        if progress.asked:
            return f"{progress.right} of {progress.asked} right"
        return f"{asked} {'question' if asked == 1 else 'questions'}" if asked else ""

    # Standing at a stop

    def open_in_thread(self) -> None:
        """The lesson comes with its replays, so there is nothing to wait for."""
        self._lesson_lanes.take(self.teaching.replays)
        self.post_message(SessionOpened(OpenedSession(self.teaching.workload, ()), ()))
        self._stand()

    def _stand(self) -> None:
        """Show the stop: its replay, turn and pane, with the cursor on the memory that the caption speaks of."""
        stop = self.stop
        replay, position = self._standing
        self._nudged = False
        self._explore(False)
        self._play(False)
        self._lesson_lanes.show(replay)
        # What is tried out from here starts under the budget of the stop.
        self.budgets = BudgetSettings(core=stop.core)
        self._unmarked = {"core", "turn", "hits"} if stop.memory is not None else set()
        self.query_one(LessonTimeline).marked = printable(stop.memory or "")
        self.filter_by("")
        self.move_to(position)
        self.show_pane(stop.pane if position == Position(stop.turn) else "timeline")
        self.refresh_soon()

    def draw_status(self, status: Status) -> None:
        super().draw_status(status)
        self._tell()

    def _tell(self) -> None:
        most = _LEAST_BOX if self.is_exploring else max(_LEAST_BOX, self.size.height // 2)
        self.query_one(LessonBox).tell(self.told, most)

    def _draw(self, pane: Pane) -> None:
        super()._draw(pane)
        memory, name = self.stop.memory, pane.id or ""
        if memory is None or name not in self._unmarked or not pane.size:
            return
        if self._scene is not None and self._scene.position == self._standing[1]:
            pane.select(memory)
            self._unmarked.discard(name)

    def _draw_core(self, pane: Pane) -> None:
        if self._scene is None or not self.hides_the_answer:
            super()._draw_core(pane)
        else:
            rows = core_rows(self._scene, pane.inner_width, self._height_for_text(pane))
            pane.show(without_the_victim(rows))

    def _draw_lines(self) -> None:
        super()._draw_lines()
        custody = self.query_one("#custody", LineWidget)
        if self._scene is not None and custody.size and not self.query_one("#gauge").size:
            custody.set_rows([(custody_line(self._scene, custody.size.width), LineWidget.GROUND)])

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one explores, the inspector has its keys back; digits choose only while something is asked."""
        if action == "lesson_choose" and not self.progress.waits:
            return False
        if self.is_exploring and action.startswith("lesson_") and action not in ("lesson_return", "lesson_leave"):
            return False
        return super().check_action(action, parameters)

    def action_lesson_next(self) -> None:
        """On: through a long caption, then to the next stop; an open question has to be passed over by a second key."""
        if not self.query_one(LessonBox).page(1):
            self.present_on()

    def action_lesson_back(self) -> None:
        """Back: up a long caption, then to the stop before."""
        if not self.query_one(LessonBox).page(-1):
            self.present_back()

    def action_lesson_choose(self, option: int = 0) -> None:
        """Answer with `option`, from 1; the palette, which knows none, is told how."""
        if option:
            self.present_choice(option)
        else:
            self._say("Press the digit of an option, or click it.")

    def action_lesson_answer(self) -> None:
        """Show the answer; the question counts as passed over."""
        self.present_answer()

    def action_lesson_explore(self) -> None:
        """Give all keys to the inspector."""
        self._explore(True)
        self.refresh_soon()

    def action_lesson_return(self) -> None:
        """Stand at the stop again."""
        self._stand()

    def action_lesson_open(self) -> None:
        """Open the memory that the caption speaks of, or the one under the cursor."""
        if self.stop.memory is not None and self.pane.id != "timeline":
            self.pane.select(self.stop.memory)
        if self.stop.memory is not None and self.pane.target != self.stop.memory:
            self.open_memory(self.stop.memory)
        else:
            self.action_memory_open()

    def action_lesson_leave(self) -> None:
        """Leave the lesson; while one explores, only that."""
        if self.is_exploring and (self.is_maximised or self.finder is not None):
            self.action_filter_clear()
        elif self.is_exploring:
            self._stand()
        else:
            self._leave()

    def on_lesson_box_chosen(self, message: LessonBox.Chosen) -> None:
        if message.name == "next":
            self.action_lesson_next()
        elif message.name == "back":
            self.action_lesson_back()
        elif self.progress.waits:
            self.present_choice(int(message.name))

    def _explore(self, explores: bool) -> None:
        self.is_exploring = explores
        # Help and palette list the keys in force.
        self.SCOPE = INSPECTOR if explores else LESSON
        timeline = self.query_one(LessonTimeline)
        timeline.hides_future = not explores
        timeline.hides_counts = not explores and self.progress.waits
        self.set_class(explores, "-exploring")
        self.refresh_bindings()

    # What presenter mode asks for

    @property
    def spoken(self) -> Told:
        return self.told

    def present_on(self) -> None:
        if self.progress.waits and not self._nudged:
            self._nudged = True
            self._tell()
        elif self.progress.go(1):
            self._stand()
        else:
            self.app.push_screen(LessonEndScreen(self.lesson, self.progress), self._ended)

    def present_back(self) -> None:
        if self.progress.go(-1):
            self._stand()
        else:
            self._say("This is the first stop.")

    def present_choice(self, option: int) -> None:
        question = self.progress.question
        if self.progress.answer(option - 1):
            self._stand()
        elif question is not None and self.progress.waits:
            self._say(f"There are {len(question.options)} options.")

    def present_answer(self) -> None:
        if self.progress.give_up():
            self._stand()
        else:
            self._say("Nothing is asked here that is not answered.")

    # The end

    def _ended(self, ending: Ending | None) -> None:
        if ending == LEAVE:
            self._leave()
        elif ending is not None and ending != BACK:
            self._come_forward()
            cast("LessonHouse", self.app).open_lesson(ending)

    def _leave(self) -> None:
        self._come_forward()
        cast("LessonHouse", self.app).leave_lesson()

    def _come_forward(self) -> None:
        """Presenter mode may still stand before the lesson."""
        while self.app.screen is not self:
            self.app.pop_screen()
