"""Keeping a what-if: the names of a new session file and a new policy file. Nothing that exists is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from memview.model.display import printable
from memview.tui.dialogs.dialog import Dialog
from memview.tui.dialogs.new_file import complaint_about_new, free_name, new_file
from memview.tui.lanes import KeptFiles

SESSION_ENDINGS = (".jsonl", ".jsonl.gz")
POLICY_ENDINGS = (".yaml", ".yml")


class KeepForkDialog(Dialog[KeptFiles]):
    """Answers with the paths of files that do not exist yet. Relative paths begin in the current directory.

    `session` is the recording, None when only the policy differs; `policy` its name, None when only the session does.
    """

    DEFAULT_CSS = """
    KeepForkDialog .note { height: auto; }
    """
    QUESTION = "Keep the what-if"
    HINTS = (("tab", "next", "app.focus_next"), ("enter", "write", "confirm"), ("esc", "cancel", "cancel"))

    def __init__(self, session: Path | None, policy: str | None, what_if: str) -> None:
        super().__init__()
        self._session = session
        self._policy = policy
        self._what_if = what_if
        self._directory = Path.cwd()

    def body(self) -> Iterable[Widget]:
        if self._session is not None:
            stem = self._session.name.partition(".")[0] or "session"
            yield Static("Write the session, with what was changed, to", classes="label")
            yield Input(free_name(self._directory, f"{stem}-what-if", ".jsonl"), select_on_focus=False, id="session")
        if self._policy is not None:
            yield Static("Write the policy, with what was changed, to", classes="label")
            name = free_name(self._directory, f"{self._policy}-what-if", ".yaml")
            yield Input(name, select_on_focus=False, id="policy")
        words = f"{self._what_if[:1].upper()}{self._what_if[1:]}. The recording itself stays as it is."
        yield Static(printable(words), classes="note", markup=False)

    def on_mount(self) -> None:
        self.query(Input).first().focus()

    def on_input_changed(self) -> None:
        self.complain("")

    def on_input_submitted(self) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        found: dict[str, Path] = {}
        for field in self.query(Input):
            endings = SESSION_ENDINGS if field.id == "session" else POLICY_ENDINGS
            complaint = complaint_about_new(field.value, self._directory, endings)
            if complaint:
                self.complain(complaint)
                field.focus()
                return
            found[field.id or ""] = new_file(field.value, self._directory)
        self.dismiss(KeptFiles(found.get("session"), found.get("policy")))
