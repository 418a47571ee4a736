"""A small program to hold one screen or dialog in a test, and replays made from sessions of our own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from textual.app import App
from textual.screen import Screen

from memview.model import Budgets, Memory, Session, Turn
from memview.model.session import Arrival
from memview.policies import load_policy
from memview.replay import Replay, Workload
from memview.sessions.catalogue import find_session
from memview.sessions.importers import open_session
from memview.tui import themes
from memview.tui.actions import APP, actions_only_on
from memview.tui.bindings import bindings_for

HOSTILE = "[@click=app.quit]x[/] [red]y \x1b[31mred\x1b]0;title\x07 \u202ereversed\u200b \U000e0041"


@cache
def sample_replay(name: str = "session_01", policy: str = "lru") -> Replay:
    """A shipped sample, replayed to its end; shared by tests, which only read it."""
    return Replay(Workload(open_session(find_session(name)).session), load_policy(policy)).run()


def hostile_replay(turns: int = 3) -> Replay:
    """A session whose every text attacks the terminal."""
    memory = Memory(f"M-1{HOSTILE}", HOSTILE * 3, tags=(HOSTILE,), section=HOSTILE, importance=0.9)
    session = Session(
        session_id="hostile",
        title=HOSTILE,
        budgets=Budgets(window=4000, core=300, retrieval=300, reserve=200),
        arrivals=(Arrival(0, memory),),
        turns=tuple(
            Turn(f"t-{number}{HOSTILE}", "user", f"{HOSTILE} reversed red {number}") for number in range(turns)
        ),
    )
    return Replay(Workload(session), load_policy("lru")).run()


class Holder(App[None]):
    """Shows one screen; remembers what it answered and which session it asked to open."""

    BINDINGS = bindings_for(actions_only_on(APP))

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self.held = screen
        self.answers: list[object] = []
        self.opened: list[Path] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.variable_defaults()

    def on_mount(self) -> None:
        for theme in themes.load_themes().loaded:
            self.register_theme(theme)
        self.theme = "memview-dark"
        self.push_screen(self.held, self.answers.append)

    def open_session(self, path: Path) -> None:
        self.opened.append(path)


def shown(app: App[None]) -> str:
    """What is on the screen, as text."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip)[:width] for strip in lines[:height])
