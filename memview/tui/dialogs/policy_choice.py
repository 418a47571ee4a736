"""Choosing a policy: every one that is installed, the ones already loaded marked, or a policy file of one's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual import work
from textual.widgets import Input

from memview.model.display import printable
from memview.model.errors import MemviewError
from memview.tui.dialogs.chooser import Chooser
from memview.tui.lines import Line, left

if TYPE_CHECKING:
    from memview.model import PolicySpec

_MARK = 9


class PolicyDialog(Chooser["PolicySpec", "PolicySpec"]):
    """Answers with the policy to replay under, perhaps from a file. `current` and `loaded` are labels (`lru@1`)."""

    DEFAULT_CSS = """
    PolicyDialog > Vertical { width: 100; }
    PolicyDialog .note { height: 4; }
    """
    QUESTION = "Choose a policy"
    PLACEHOLDER = "type to narrow the list, or the path of a policy file (.yaml)"
    NOTHING = "No policy is called so. A path that ends in .yaml loads a policy of your own."
    HINTS = (("↑↓", "move", "move(1)"), ("enter", "replay under it", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, current: str, loaded: Collection[str] = ()) -> None:
        super().__init__()
        self._current = current
        self._loaded = frozenset(loaded)

    def on_mount(self) -> None:
        self._read_catalogue()

    @work(thread=True)
    def _read_catalogue(self) -> None:
        """Policy files are YAML checked by pydantic: half a second on a slow disk, so not on the screen's thread."""
        from memview.policies import policy_catalogue

        try:
            specs = policy_catalogue()
        except MemviewError as error:
            self.app.call_from_thread(self.complain, str(error))
            return
        self.app.call_from_thread(self._fill, specs)

    def _fill(self, specs: list[PolicySpec]) -> None:
        labels = [spec.label for spec in specs]
        self.offer(specs, labels.index(self._current) if self._current in labels else 0)

    def text_of(self, choice: PolicySpec) -> str:
        return f"{choice.label} {choice.family} {choice.summary}"

    def line_of(self, choice: PolicySpec, width: int) -> Line:
        mark, style = self._mark_of(choice)
        longest = max(len(spec.label) for spec in self._choices) + 2
        name = max(12, min(longest, (width - _MARK) // 2))
        return (
            (left(mark, _MARK), style),
            (left(printable(choice.label), name - 1) + " ", "bold text"),
            (left(printable(choice.summary), max(0, width - _MARK - name)), "muted"),
        )

    def _mark_of(self, choice: PolicySpec) -> tuple[str, str]:
        if choice.label == self._current:
            return "● shown", "action-hit"
        if choice.label in self._loaded:
            return "○ loaded", "action-hit"
        return "", "muted"

    def note_of(self, choice: PolicySpec) -> str:
        source = f" Source: {choice.provenance}." if choice.provenance else ""
        return f"{choice.summary}{source} Eviction: {choice.eviction}. Promotes if {choice.promote_if}."

    def take(self, choice: PolicySpec) -> None:
        self.dismiss(choice)

    def action_confirm(self) -> None:
        path = self.query_one(Input).value.strip()
        if path.casefold().endswith((".yaml", ".yml")):
            self._read_file(path)
        else:
            super().action_confirm()

    @work(thread=True, exclusive=True)
    def _read_file(self, path: str) -> None:
        from memview.policies import load_policy

        try:
            spec = load_policy(path)
        except MemviewError as error:
            self.app.call_from_thread(self.complain, str(error))
            return
        self.app.call_from_thread(self.dismiss, spec)
