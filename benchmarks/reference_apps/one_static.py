"""One line of text that changes with every key: what any key costs at least."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class OneStatic(App[None]):
    """Counts the keys pressed, without a layout."""

    presses = 0

    def compose(self) -> ComposeResult:
        yield Static("0 keys", markup=False)

    def on_key(self, event: Key) -> None:
        self.presses += 1
        self.query_one(Static).update(f"{self.presses} keys, the last one {event.key}", layout=False)


if __name__ == "__main__":
    OneStatic().run()
