"""Writes docs/keys.md, the keys of every screen, from the action table: `PYTHONPATH=. python docs/keys.py`."""

from __future__ import annotations

from pathlib import Path

from memview.tui.actions import ACTIONS, APP, actions_only_on
from memview.tui.keymap import show_keys

DOCUMENT = Path(__file__).with_name("keys.md")
_HEAD = """# Keys

Made from the action table by `python docs/keys.py`. In the program `?` lists the keys of the screen, `f1` explains the
focused pane, and `ctrl+p` finds every action by its name. The second column is the name that a `keymap:` in the
settings uses.
"""


def document() -> str:
    """The whole file: a table for every screen, in the order in which the action table speaks of them."""
    scopes = dict.fromkeys([APP, *(scope for action in ACTIONS for scope in action.scopes)])
    parts = [_HEAD]
    for scope in scopes:
        rows = [f"| {show_keys(action.keys)} | `{action.id}` | {action.help} |" for action in actions_only_on(scope)]
        title = "On every screen" if scope == APP else f"{scope.replace('-', ' ').capitalize()}"
        parts.append(f"\n## {title}\n\n| keys | action | what it does |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
