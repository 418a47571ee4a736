"""Help: every key of a screen (`?`), and what the focused pane shows (F1). Both come from the action table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from memview.tui.actions import APP, INSPECTOR, Action, actions_on, grouped
from memview.tui.keymap import show_keys

_KEYS = 18

PANE_HELP: Mapping[str, tuple[str, str]] = {
    "core": (
        "Core",
        "The memories that stay in the prompt at a fixed place: RAM, if the prompt were a computer. Each row is one "
        "slot with its tokens. ■ pin: never evicted. ▲ new: paged in this turn. ▽ next: the policy would evict it.",
    ),
    "turn": (
        "Turn",
        "What came in, which stores were asked, what was paged in and out and why, which tools ran, what was "
        "answered. Every decision shows the number it looked at beside its threshold.",
    ),
    "prompt": (
        "Prompt",
        "What the prompt holds at this turn and how it differs from the turn before: + came in, − went out.",
    ),
    "hits": (
        "Archive hits",
        "What retrieval returned for this turn in rank order, and what became of each: ▲ promoted into the core, "
        "● already resident, ◇ fetched for this turn only, ✗ dropped for want of room, ⊘ rejected by the policy, "
        "⊗ quarantined, ! untrusted.",
    ),
    "timeline": (
        "Timeline",
        "All turns on one line with what happened in them, and under it the event log. ▲ promote, ▼ evict, ○ fault, "
        "✗ loss. Click or drag on the line to travel.",
    ),
    "sessions": (
        "Sessions",
        "The sessions opened lately and the samples that come with memview. Beside the list: what the session under "
        "the cursor teaches.",
    ),
    "events": (
        "A memory's events",
        "Everything that was ever done to this memory, oldest first, each with the number that decided and its "
        "threshold. Enter goes to that event in the inspector.",
    ),
}
"""Widget id: title and text of its F1 help."""

_GENERAL = (
    "memview",
    "memview shows what an agent had in its context at every turn, what it had not, and which decision made it so.",
)


def scope_of(screen: Screen[object]) -> str:
    """Which actions of the table belong to a screen: those of its `SCOPE`, or of the inspector."""
    return str(getattr(screen, "SCOPE", INSPECTOR))


def keys_in_force(screen: Screen[object], actions: Iterable[Action]) -> dict[str, str]:
    """The keys of each action by id, as people write them and as the user's key map has them."""
    bound: dict[str, list[str]] = {}
    for active in screen.active_bindings.values():
        if active.binding.id:
            bound.setdefault(active.binding.id, []).append(active.binding.key)
    return {action.id: show_keys(bound.get(action.id) or action.keys) for action in actions}


def help_on(widget: Widget | None) -> tuple[str, str]:
    """Title and text of the help on a widget, or on the nearest thing around it that has some."""
    node: object = widget
    while isinstance(node, Widget):
        if node.id is not None and node.id in PANE_HELP:
            return PANE_HELP[node.id]
        text = getattr(node, "HELP", None)
        if isinstance(node, Screen) and isinstance(text, str):
            return "This screen", text
        node = node.parent
    return _GENERAL


def open_keys(app: App[object]) -> None:
    """Show every key of the screen in front."""
    screen = app.screen
    actions = actions_on(scope_of(screen))
    app.push_screen(HelpBox("Keys", "", _key_lines(actions, keys_in_force(screen, actions))))


def open_pane_help(app: App[object]) -> None:
    """Explain the pane that has the focus, with the keys that matter in it."""
    screen = app.screen
    title, text = help_on(screen.focused or screen)
    own = [action for action in actions_on(scope_of(screen)) if APP not in action.scopes]
    app.push_screen(HelpBox(title, text, _key_lines(own, keys_in_force(screen, own))))


def _key_lines(actions: Iterable[Action], keys: Mapping[str, str]) -> list[Content]:
    lines: list[Content] = []
    for heading, members in grouped(actions).items():
        if lines:
            lines.append(Content(""))
        lines.append(Content.assemble((heading, "bold")))
        for action in members:
            shown = keys[action.id]
            lines.append(
                Content.assemble(
                    (shown.ljust(_KEYS), "$footer-key-foreground"),
                    f"{action.description}  ",
                    (action.help, "$text-muted"),
                )
            )
    return lines


class HelpBox(ModalScreen[None]):
    """A page to read and scroll; the keys that open help close it as well."""

    DEFAULT_CSS = """
    HelpBox { align: right top; background: $background 60%; }
    HelpBox > VerticalScroll {
        width: 84; max-width: 100%; height: auto; max-height: 100%; padding: 0 2; scrollbar-size-vertical: 1;
        background: $surface; border: round $border; border-title-color: $foreground; border-title-style: bold;
        border-subtitle-color: $text-muted;
    }
    HelpBox .about { height: auto; margin: 1 0; }
    HelpBox .keys { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,enter", "close", "Close", show=False),
    ]

    def __init__(self, title: str, text: str, lines: list[Content]) -> None:
        super().__init__()
        self._heading = title
        self._text = text
        self._lines = lines

    def compose(self) -> ComposeResult:
        with VerticalScroll() as page:
            page.border_title = self._heading
            page.border_subtitle = "esc closes · ↑ ↓ scroll"
            if self._text:
                yield Static(self._text, classes="about", markup=False)
            yield Static(Content("\n").join(self._lines), classes="keys")

    def action_close(self) -> None:
        self.dismiss(None)

    def on_click(self, event: object) -> None:  # noqa: ARG002 - any click outside
        page = self.query_one(VerticalScroll)
        if not page.has_class("-hovered") and not page.is_mouse_over:
            self.dismiss(None)
