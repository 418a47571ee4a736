"""The command palette and the help: every action of the table is found in both, under the keys in force."""

from __future__ import annotations

import pytest
from holder import Holder, sample_replay, shown
from textual.app import App
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from memview.model import PolicySpec
from memview.replay import Replay
from memview.tui.actions import ACTIONS, APP, INSPECTOR, MEMORY, PICKER, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.keymap import apply_keymap
from memview.tui.lines import line_width
from memview.tui.palette import MemviewCommands
from memview.tui.position import Position
from memview.tui.screens.help import HelpBox, HelpPanel, help_on, keys_in_force, open_keys, open_pane_help
from memview.tui.screens.memory import MemoryScreen
from memview.tui.screens.picker import PickerScreen
from memview.tui.views.help_view import PANES, SCREENS, key_lines, pane_lines
from memview.tui.wardrobe import open_wardrobe
from memview.tui.widgets.row_list import RowList


class Stand(Screen[None]):
    """Stands in for the inspector: it travels, and remembers what it was asked."""

    BINDINGS = bindings_for(actions_only_on(INSPECTOR))

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def compose(self):  # type: ignore[no-untyped-def]
        yield RowList(id="core")
        yield RowList(id="hits")

    @property
    def replay(self) -> Replay | None:
        return sample_replay()

    def move_to(self, position: Position) -> None:
        self.asked.append(position)

    def choose_policy(self, policy: PolicySpec) -> None:
        self.asked.append(policy.label)

    def action_step_forward(self) -> None:
        self.asked.append("step.forward")

    def refresh_soon(self) -> None:
        self.asked.append("drawn again")


class Program(Holder):
    COMMANDS = {MemviewCommands}  # noqa: RUF012 - Textual declares it so

    def action_help_keys(self) -> None:
        open_keys(self)

    def action_help_pane(self) -> None:
        open_pane_help(self)

    def action_theme_choose(self) -> None:
        open_wardrobe(self)


async def search(pilot: Pilot[None], words: str) -> None:
    await pilot.press("ctrl+p")
    await pilot.pause()
    pilot.app.screen.query_one(Input).value = words
    await pilot.pause(0.3)
    await pilot.press("enter")
    await pilot.pause()


def commands(app: App[None]) -> MemviewCommands:
    return MemviewCommands(app.screen)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("step forward one turn", "step.forward"),
        ("go to turn 12", Position(12)),
        ("policy fifo", "fifo@1"),
    ],
)
async def test_the_palette_does_what_it_says(words: str, asked: object) -> None:
    stand = Stand()
    app = Program(stand)
    async with app.run_test(size=(100, 30)) as pilot:
        await search(pilot, words)
        assert stand.asked == [asked]


async def test_the_palette_changes_the_theme() -> None:
    app = Program(Stand())
    async with app.run_test(size=(100, 30)) as pilot:
        await search(pilot, "theme okabe-ito")
        assert app.theme == "okabe-ito"


async def test_every_action_of_a_screen_is_offered_with_its_keys() -> None:
    app = Program(Stand())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        offered = [hit.text async for hit in commands(app).discover()]  # type: ignore[union-attr]
        wanted = [action for action in actions_on(INSPECTOR) if action.id != "palette.open"]
        assert len(offered) == len(wanted)
        for action, text in zip(wanted, offered, strict=True):
            assert text is not None
            assert text.startswith(action.description)
        assert "Step forward one turn  (→)" in offered


async def test_turns_that_are_not_there_are_not_offered() -> None:
    app = Program(Stand())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        found = [hit.text async for hit in commands(app).search("go to turn 99")]  # type: ignore[union-attr]
        assert not [text for text in found if text and "99" in text]


async def test_a_screen_that_does_not_travel_offers_no_turns_and_no_policies() -> None:
    app = Program(PickerScreen())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        found = [str(hit.text) async for hit in commands(app).search("o")]  # type: ignore[union-attr]
        assert any(text.startswith("Open a file") for text in found)
        assert not any(text.startswith(("Policy:", "Go to turn")) for text in found)


async def test_the_palette_opens_over_the_screen() -> None:
    app = Program(Stand())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, CommandPalette)


# Help


@pytest.mark.parametrize("scope", [INSPECTOR, MEMORY, PICKER])
@pytest.mark.parametrize("width", [50, 72, 90])
def test_every_key_of_a_screen_is_listed(scope: str, width: int) -> None:
    actions = actions_on(scope)
    lines = key_lines(actions, {}, width)
    text = " ".join("".join(piece for piece, _ in line) for line in lines)
    for action in actions:
        assert action.description in text
    assert max(line_width(line) for line in lines) <= width


def test_panes_name_actions_that_there_are() -> None:
    ids = {action.id for action in ACTIONS}
    for pane in [*PANES.values(), *SCREENS.values()]:
        assert set(pane.actions) <= ids
        assert pane.text.endswith(".")
        assert max(line_width(line) for line in pane_lines(pane, ACTIONS, {}, 40)) <= 40


async def test_question_mark_lists_the_keys_and_closes_again() -> None:
    app = Program(Stand())
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpBox)
        screen = shown(app)
        assert "Time travel" in screen
        assert "Step forward one turn" in screen
        await pilot.press("question_mark")
        assert not isinstance(app.screen, HelpBox)


async def test_help_shows_the_keys_of_the_users_own_map() -> None:
    app = Program(Stand())
    app.set_keymap(apply_keymap({"step.forward": "j"}).for_textual())
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        assert keys_in_force(app.screen, actions_on(INSPECTOR))["step.forward"] == "j"
        await pilot.press("j")
        assert app.held.asked == ["step.forward"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_f1_explains_the_focused_pane_in_a_box(size: tuple[int, int]) -> None:
    app = Program(Stand())
    async with app.run_test(size=size) as pilot:
        app.screen.query_one("#hits").focus()
        await pilot.press("f1")
        assert "Archive hits" in shown(app)
        assert "What retrieval returned" in shown(app)
        await pilot.press("f1")
        assert "What retrieval returned" not in shown(app)


async def test_a_click_beside_the_box_closes_it() -> None:
    app = Program(Stand())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f1")
        await pilot.click(offset=(100, 2))
        assert isinstance(app.screen, HelpBox)
        await pilot.click(offset=(2, 30))
        assert not isinstance(app.screen, HelpBox)


async def test_on_a_wide_screen_a_panel_follows_the_focus() -> None:
    stand = Stand()
    app = Program(stand)
    async with app.run_test(size=(200, 60)) as pilot:
        app.screen.query_one("#hits").focus()
        await pilot.press("f1")
        await pilot.pause()
        panel = app.screen.query_one(HelpPanel)
        assert panel.border_title == "Archive hits"
        assert stand.asked == ["drawn again"]
        app.screen.query_one("#core").focus()
        await pilot.pause()
        assert panel.border_title == "Core"
        await pilot.press("f1")
        await pilot.pause()
        assert not app.screen.query(HelpPanel)
        assert stand.asked == ["drawn again"] * 2


async def test_help_without_a_focus_is_about_the_screen() -> None:
    app = Program(MemoryScreen(sample_replay(), "TSK-00003", Position(7)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.screen.set_focus(None)
        assert help_on(app.screen, None) is PANES["events"]
        await app.workers.wait_for_complete()


async def test_t_opens_the_wardrobe() -> None:
    app = Program(Stand())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t", "down", "enter")
        assert app.theme == "memview-light"


def test_program_actions_have_a_method_in_the_program() -> None:
    from memview.tui.app import MemviewApp

    for action in actions_only_on(APP):
        assert hasattr(MemviewApp, f"action_{action.method}")


def test_every_action_of_a_screen_has_a_method_there() -> None:
    from memview.tui.screens.inspector import Inspector

    for scope, screen in ((INSPECTOR, Inspector), (MEMORY, MemoryScreen), (PICKER, PickerScreen)):
        for action in actions_only_on(scope):
            assert hasattr(screen, f"action_{action.method}"), action.id
