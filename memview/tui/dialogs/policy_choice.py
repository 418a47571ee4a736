"""Choosing a policy: every one that is installed, the ones already loaded marked, or a policy file of one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.model.errors import MemviewError
from memview.model.policy_spec import DEFAULT_PROMOTE_IF
from memview.tui.dialogs.chooser import Chooser
from memview.tui.lines import Line, left

if TYPE_CHECKING:
    from memview.model import PolicySpec

_MARK = 9
_FORESIGHT = "knows the future"


class PolicyDialog(Chooser["PolicySpec", "PolicySpec"]):
    """Answers with the policy to replay under, perhaps from a file. `current` and `loaded` are labels (`lru@1`)."""

    DEFAULT_CSS = """
    PolicyDialog > Vertical { width: 110; }
    PolicyDialog .note { height: 6; }
    PolicyDialog .left-out {
        height: 1; color: $action-warn; display: none; text-wrap: nowrap; text-overflow: ellipsis;
    }
    PolicyDialog .left-out.-shown { display: block; }
    """
    QUESTION = "Choose a policy"
    PLACEHOLDER = "type to narrow the list, or the path of a policy file (.yaml)"
    NOTHING = "No policy is called so. A path that ends in .yaml loads a policy of your own."
    HINTS = (("↑↓", "move", "move(1)"), ("enter", "replay under it", "confirm"), ("esc", "cancel", "cancel"))
    MOST_ROWS = 30
    OTHER_LINES = 14

    def __init__(self, current: str, loaded: Collection[str] = ()) -> None:
        super().__init__()
        self._current = current
        self._loaded = frozenset(loaded)
        self._offline: frozenset[str] = frozenset()

    def body(self) -> Iterable[Widget]:
        yield from super().body()
        yield Static("", classes="left-out", markup=False)

    def on_mount(self) -> None:
        self._read_catalogue()

    @work(thread=True)
    def _read_catalogue(self) -> None:
        """Policy files are YAML checked by pydantic: half a second on a slow disk, so not on the screen's thread."""
        from memview.policies import knows_the_future, plugin_problems, policy_catalogue

        try:
            specs = sorted(policy_catalogue(), key=lambda spec: spec.family)
            offline = frozenset(spec.label for spec in specs if knows_the_future(spec))
            problems = plugin_problems()
        except MemviewError as error:
            self.app.call_from_thread(self.complain, str(error))
            return
        self.app.call_from_thread(self._fill, specs, offline, problems)

    def _fill(self, specs: Sequence[PolicySpec], offline: frozenset[str], problems: Sequence[str]) -> None:
        self._offline = offline
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            note = self.query_one(".left-out", Static)
            note.update(f"! {printable(problems[0])}{more}")
            note.add_class("-shown")
        self.offer(specs, next((spec for spec in specs if spec.label == self._current), None))

    def text_of(self, choice: PolicySpec) -> str:
        foresight = _FORESIGHT if choice.label in self._offline else ""
        return f"{choice.label} {choice.family} {choice.summary} {foresight}"

    def name_of(self, choice: PolicySpec) -> str:
        return choice.name

    def group_of(self, choice: PolicySpec) -> str:
        return choice.family

    def line_of(self, choice: PolicySpec, width: int) -> Line:
        mark, style = self._mark_of(choice)
        longest = max(len(spec.label) for spec in self._choices) + 2
        name = max(12, min(longest, (width - _MARK) // 2))
        foresight = f"{_FORESIGHT}: " if choice.label in self._offline else ""
        summary = printable(choice.summary)
        if foresight and summary.casefold().startswith(foresight):
            summary = summary[len(foresight) :]
        return (
            (left(mark, _MARK), style),
            (left(printable(choice.label), name - 1) + " ", "bold text"),
            (foresight, "action-warn"),
            (left(summary, max(0, width - _MARK - name - len(foresight))), "muted"),
        )

    def _mark_of(self, choice: PolicySpec) -> tuple[str, str]:
        if choice.label == self._current:
            return "● shown", "action-hit"
        if choice.label in self._loaded:
            return "○ loaded", "action-hit"
        return "", "muted"

    def note_of(self, choice: PolicySpec) -> str:
        parts = [choice.summary]
        if choice.label in self._offline:
            parts.append("A yardstick for the others: no running agent can know what it knows.")
        if choice.provenance:
            parts.append(f"Source: {choice.provenance}.")
        parts.append(f"Eviction: {choice.eviction}.")
        if choice.compaction is not None:
            parts.append(f"Compaction: {choice.compaction.algorithm}.")
        if choice.promote_if != DEFAULT_PROMOTE_IF:
            parts.append(f"Promotes if {choice.promote_if}.")
        return " ".join(parts)

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
