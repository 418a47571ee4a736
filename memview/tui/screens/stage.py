"""The inspector's screen without its decisions: which panes there are, where they stand, what they draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.types import CSSPathType

from memview.settings import COMPACT
from memview.tui.actions import ACTIONS, INSPECTOR, actions_on
from memview.tui.lines import Line
from memview.tui.scene import Scene
from memview.tui.views.core_view import core_rows
from memview.tui.views.custody_view import custody_line
from memview.tui.views.gauge_view import gauge_lines
from memview.tui.views.header_view import Status, header_line
from memview.tui.views.hits_view import hits_rows
from memview.tui.views.notice_view import failure_lines, small_lines
from memview.tui.views.pane_rows import PaneRows
from memview.tui.views.prompt_diff_view import prompt_diff_rows
from memview.tui.views.tabs_view import tabs_line
from memview.tui.views.turn_view import turn_rows
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.line_widget import LineWidget
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.scrub_strip import ScrubStrip
from memview.tui.widgets.timeline import Filtered, TimelinePane

PANES = ("core", "turn", "hits", "timeline")
"""The panes that have a number key, in that order."""

_MAXIMISED = "-maximised"
_SWITCHES = {"policy_choose": ("policy_previous", "policy_next")}
"""With several policies loaded, the footer tells how to turn from one to the next."""
_WAYS_OUT = tuple(
    replace(action, footer=label)
    for action_id, label in (("session.open", "open another"), ("palette.open", "palette"), ("app.quit", "quit"))
    for action in ACTIONS
    if action.id == action_id
)
"""What is left to do when a session cannot be opened."""


class Stage(Screen[None]):
    """Composes the panes, follows the terminal's size, and draws a scene into those that are in sight."""

    CSS_PATH: ClassVar[CSSPathType | None] = Path(__file__).parent.parent / "styles" / "inspector.tcss"
    SCOPE = INSPECTOR
    HORIZONTAL_BREAKPOINTS = [(0, "-thin"), (60, "-narrow"), (112, "-normal"), (176, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (20, "-short"), (30, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""

    def __init__(self, spacing: str) -> None:
        super().__init__(classes=f"-{COMPACT}" if spacing == COMPACT else None)
        self._spacing = spacing
        self._pane = "turn"
        self._scene: Scene | None = None
        self._filtered: Filtered | None = None
        self._failure: tuple[str, str] | None = None
        self._status_shown: Status | None = None
        self._waiting = "Opening the session…"
        self._draw_pane: dict[str, Callable[[Pane], None]] = {
            "core": self._draw_core,
            "turn": self._draw_turn,
            "hits": self._draw_hits,
            "prompt": self._draw_prompt,
            "timeline": self._draw_timeline,
        }

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
        yield TimelinePane(id="timeline")
        yield ScrubStrip(id="strip")
        yield LineWidget(id="notice")
        yield KeyBar(actions_on(INSPECTOR), id="footer")

    @property
    def pane(self) -> Pane:
        """The pane that keys go to: the focused one."""
        focused = self.focused
        return focused if isinstance(focused, Pane) else self.query_one(f"#{self._pane}", Pane)

    @property
    def is_stacked(self) -> bool:
        """The panes stand behind each other, under tabs."""
        return not ((self.has_class("-normal") or self.has_class("-wide")) and self.has_class("-tall"))

    def show_pane(self, name: str) -> None:
        """Bring pane `name` to the front and give it the keys."""
        if name != self._pane:
            self.remove_class(f"-{self._pane}")
            self._pane = name
        self.add_class(f"-{name}")
        self.query_one(f"#{name}", Pane).focus()
        self._draw_tabs()

    def toggle_maximised(self) -> None:
        """Give the focused pane the whole height and width, or give them back."""
        if not self.has_class(_MAXIMISED):
            self.show_pane(self.pane.id or self._pane)
        self.toggle_class(_MAXIMISED)
        self._arrange()

    @property
    def is_maximised(self) -> bool:
        return self.has_class(_MAXIMISED)

    def draw_scene(self, scene: Scene | None, filtered: Filtered | None) -> None:
        """Draw `scene` into every pane in sight; without one, panes say what is being waited for."""
        self._scene = scene
        self._filtered = filtered
        for name in self._draw_pane:
            self._draw(self.query_one(f"#{name}", Pane))
        self._draw_lines()
        self._draw_tabs()

    def draw_progress(self) -> None:
        """More turns are computed: only the timeline shows more than before."""
        self._draw(self.query_one("#timeline", Pane))
        if self.is_stacked and self._scene is not None:
            self.query_one("#strip", ScrubStrip).show_scene(self._scene)

    def draw_status(self, status: Status) -> None:
        """Draw the header."""
        self._status_shown = status
        self.query_one("#footer", KeyBar).replace(_SWITCHES if len(status.policies) > 1 else {})
        header = self.query_one("#header", ClickBar)
        if header.size.width:
            shown = header_line(status, header.size.width)
            targets = [(start, stop, str(index)) for index, (start, stop) in enumerate(shown.tabs)]
            targets += shown.actions
            if shown.warnings is not None:
                targets.append((*shown.warnings, "warnings_show"))
            header.show(shown.line, targets)

    def draw_waiting(self, words: str) -> None:
        """Say what the panes wait for."""
        self._waiting = words
        self.draw_scene(self._scene, self._filtered)

    def draw_failure(self, what: str, message: str) -> None:
        """Show nothing but `message`."""
        self._failure = (what, message)
        self.add_class("-failed")
        if not self.query("#ways-out"):
            self.mount(KeyBar(_WAYS_OUT, id="ways-out"))
        self._draw_notice()

    def on_mount(self) -> None:
        self.add_class(f"-{self._pane}")

    def on_resize(self) -> None:
        self.call_after_refresh(self._arrange)

    def on_pane_resized(self, message: Pane.Resized) -> None:
        self._draw(message.pane)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id
        if name in PANES and name != self._pane:
            self.remove_class(f"-{self._pane}")
            self._pane = name
            self.add_class(f"-{name}")
            self._draw_tabs()

    def _arrange(self) -> None:
        """The timeline is a tab among the others when they are stacked, and stands under the gauge when not."""
        timeline, gauge = self.query_one("#timeline", TimelinePane), self.query_one("#gauge")
        if self.focused is None:
            self.show_pane(self._pane if self.is_stacked else "timeline")
        above = self.is_stacked or self.is_maximised
        siblings = list(self.children)
        is_above = siblings.index(timeline) < siblings.index(gauge)
        if above and not is_above:
            self.move_child(timeline, before=gauge)
        elif is_above and not above:
            self.move_child(timeline, after=self.query_one("#custody"))
        timeline.has_scrubber = not self.is_stacked or self.is_maximised
        self._draw_notice()
        self.call_after_refresh(self._redraw)

    def _redraw(self) -> None:
        self.draw_scene(self._scene, self._filtered)
        if self._status_shown is not None:
            self.draw_status(self._status_shown)

    def _draw(self, pane: Pane) -> None:
        if pane.size and pane.id in self._draw_pane:
            self._draw_pane[pane.id](pane)

    def _draw_core(self, pane: Pane) -> None:
        if self._scene is None:
            pane.show(self._waiting_rows("Core"))
        else:
            pane.show(core_rows(self._scene, pane.inner_width, self._height_for_text(pane)))

    def _height_for_text(self, pane: Pane) -> int:
        """Lines that rows may fill with the texts of memories: none where a person asked for compact rows."""
        return 0 if self._spacing == COMPACT else pane.inner_height

    def _draw_hits(self, pane: Pane) -> None:
        if self._scene is None:
            pane.show(self._waiting_rows("Archive hits"))
        else:
            pane.show(hits_rows(self._scene, pane.inner_width, self._height_for_text(pane)))

    def _draw_turn(self, pane: Pane) -> None:
        if self._scene is None:
            pane.show(PaneRows("Turn", "", (((self._waiting, "muted"),),)))
        else:
            pane.show(turn_rows(self._scene, pane.inner_width, self.warnings))

    def _draw_prompt(self, pane: Pane) -> None:
        if self._scene is None:
            pane.show(self._waiting_rows("Prompt"))
        else:
            pane.show(prompt_diff_rows(self._scene, pane.inner_width))

    def _draw_timeline(self, pane: Pane) -> None:
        if self._scene is not None and isinstance(pane, TimelinePane):
            pane.show_scene(self._scene, self._filtered)
        else:
            pane.show(self._waiting_rows("Timeline"))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about the session on screen."""
        return ()

    def _waiting_rows(self, title: str) -> PaneRows:
        return PaneRows(title, "", ((("…", "faint"),),))

    def _draw_lines(self) -> None:
        scene = self._scene
        gauge, custody = self.query_one("#gauge", LineWidget), self.query_one("#custody", LineWidget)
        if scene is None or not gauge.size:
            return
        tokenizer = scene.replay.workload.tokenizer
        lines = gauge_lines(scene, tokenizer, gauge.size.width, gauge.size.height)
        gauge.set_rows([(line, LineWidget.GROUND) for line in lines])
        custody.set_rows([(custody_line(scene, custody.size.width), LineWidget.GROUND)])
        if self.is_stacked:
            self.query_one("#strip", ScrubStrip).show_scene(scene)

    def _draw_tabs(self) -> None:
        tabs = self.query_one("#tabs", ClickBar)
        if tabs.size.width:
            shown = tabs_line(self._tab_names(), self._pane, tabs.size.width)
            tabs.show(shown.line, shown.targets)

    def _tab_names(self) -> list[tuple[str, str]]:
        scene = self._scene
        if scene is None:
            return [("core", "Core"), ("turn", "Turn"), ("hits", "Hits"), ("timeline", "Timeline")]
        hits = len(scene.replay.hits(scene.position.turn, scene.position.event))
        return [
            ("core", f"Core {len(scene.frame.core)}"),
            ("turn", "Turn"),
            ("hits", f"Hits {hits}"),
            ("timeline", f"Timeline {len(scene.happened)}"),
        ]

    def _draw_notice(self) -> None:
        notice = self.query_one("#notice", LineWidget)
        width, height = self.size
        lines: tuple[Line, ...] = ()
        if self.has_class("-thin") or self.has_class("-flat"):
            lines = small_lines(width, height)
        elif self._failure is not None:
            what, message = self._failure
            lines = failure_lines(what, message, width, height - 2)
        notice.set_rows([(line, LineWidget.GROUND) for line in lines])
