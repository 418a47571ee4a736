"""The part of the inspector that hands out what it shows: exports of the loaded lanes, written in a thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from memview.model.errors import MemviewError
from memview.tui.lines import grouped_number
from memview.tui.news import Refused
from memview.tui.screens.deciding import Deciding

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.tui.dialogs.export_file import ExportChoice


class Exported(Message):
    """An export is written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class Sharing(Deciding):
    """Asks what to make of the lanes, the one on screen first, and writes it without holding up a key."""

    def action_export_open(self) -> None:
        """Export the lanes as a web page, events or a trace, or the screen as a picture."""
        lane = self.lanes.active
        if lane is None:
            return
        waiting = [each for each in self.lanes if not each.replay.is_complete]
        if waiting:
            computed, turns = waiting[0].replay.computed, waiting[0].replay.turn_count
            self.notify(
                f"{waiting[0].label} is computed up to turn {grouped_number(computed)} of {grouped_number(turns)}; "
                "an export holds all of them. Try again in a moment.",
                markup=False,
            )
            return
        from memview.exports.forms import FORMS, Form
        from memview.tui.dialogs.export_file import ExportDialog

        lanes = [lane, *(each for each in self.lanes if each is not lane)]
        labelled = [(each.label, each.replay) for each in lanes]
        stem = self.path.name.partition(".")[0] or "session"
        # A toast would be in the picture.
        self.app.clear_notifications()
        picture = Form("svg", ".svg", "picture of the screen as it is", 1, self._picture)
        dialog = ExportDialog((*FORMS, picture), [label for label, _ in labelled], stem)
        self.ask(dialog, partial(self._export, labelled))

    def _export(self, labelled: Sequence[tuple[str, Replay]], choice: ExportChoice) -> None:
        self.errand = f"writing {choice.target.name}…"
        self.refresh_soon()
        work = partial(self._write, labelled[: choice.lanes], choice)
        self.run_worker(work, group="export", thread=True)

    def _picture(self, *_: object) -> Iterable[str]:
        """The screen as SVG, asked for by the thread that writes it."""
        return (self.app.call_from_thread(self.app.export_screenshot, title="memview"),)

    def _write(self, labelled: Sequence[tuple[str, Replay]], choice: ExportChoice) -> None:
        from memview.exports.forms import write_export
        from memview.replay.governance_masks import Masks

        # Masks of its own: those of the screen count what the screen draws.
        try:
            write_export(choice.form, labelled, Masks(revealed=self.masks.revealed), choice.target)
        except MemviewError as error:
            self.post_message(Refused(str(error)))
        else:
            self.post_message(Exported(choice.target))

    def on_exported(self, news: Exported) -> None:
        self.errand = ""
        self.notify(f"Saved {news.path.name} in {news.path.parent}", title="Exported", markup=False)
        self.refresh_soon()
