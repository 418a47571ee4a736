"""The prompt as it was sent at a turn, beside that of the turn before or of another policy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from memview.model.display import printable
from memview.replay.prompt_diff import ComparedPrompt, compare_prompts
from memview.tui.actions import PROMPT, actions_on, actions_only_on
from memview.tui.bindings import bindings_for
from memview.tui.copying import copy_json
from memview.tui.lines import Line, grouped_number, spread
from memview.tui.position import Position, last_turn
from memview.tui.scene import no_masks_lifted
from memview.tui.views.prompt_view import PromptShown, entry_target, prompt_rows, section_rows
from memview.tui.widgets.bars import ClickBar
from memview.tui.widgets.key_bar import KeyBar
from memview.tui.widgets.pane import Pane
from memview.tui.widgets.small_notice import SmallNotice

if TYPE_CHECKING:
    from memview.replay import Replay
    from memview.replay.governance_masks import Masks
    from memview.replay.views import Prompt

_BEFORE = "turn before"
_NOTHING = ""


class PromptScreen(Screen[Position]):
    """Answers with the position that was left. `lanes` are the loaded policies, the first one on screen."""

    CSS_PATH = Path(__file__).parent.parent / "styles" / "prompt.tcss"
    SCOPE = PROMPT
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (112, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#prompt-text"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(actions_only_on(PROMPT))

    def __init__(self, lanes: Sequence[tuple[str, Replay]], here: Position, masks: Masks | None = None) -> None:
        super().__init__()
        self._lanes = tuple(lanes)
        self._turn = max(1, here.turn)
        self._masks = masks or no_masks_lifted()
        self._against = 0
        self._found = ""
        self._is_folded = True

    def compose(self) -> ComposeResult:
        yield ClickBar(id="title")
        with Container(id="sheets"):
            yield Pane(id="sections")
            yield Pane(id="prompt-text")
        yield KeyBar(actions_on(PROMPT))
        yield SmallNotice()

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_pane_resized(self) -> None:
        self._draw()

    def on_pane_opened(self) -> None:
        self.action_memory_open()

    @property
    def _replay(self) -> Replay:
        return self._lanes[0][1]

    @property
    def _choices(self) -> list[str]:
        """What the prompt can be set against: the turn before, every other lane, nothing."""
        return [_BEFORE, *(label for label, _ in self._lanes[1:]), _NOTHING]

    def _other(self) -> tuple[Prompt | None, str]:
        """The prompt to compare with and what it is called; None where there is none."""
        choice = self._choices[self._against]
        if choice == _BEFORE:
            return (self._replay.prompt(self._turn - 1), f"turn {self._turn - 1}") if self._turn > 1 else (None, "")
        for label, replay in self._lanes[1:]:
            if label == choice:
                return (replay.prompt(self._turn), printable(label)) if self._turn <= last_turn(replay) else (None, "")
        return None, ""

    def _shown(self) -> PromptShown:
        other, name = self._other()
        compared: ComparedPrompt = compare_prompts(self._replay.prompt(self._turn), other)
        return PromptShown(compared, name, self._found, self._is_folded, self._masked)

    def _masked(self, item_id: str, text: str) -> str:
        record = self._replay.workload.items.find(item_id)
        memory = None if record is None else self._replay.workload.items.records[record]
        return self._masks.of_memory(memory) if memory and memory.is_sensitive else self._masks.of_whole_text(text)

    def _draw(self) -> None:
        if not self.size or not self.is_mounted:
            return
        replay = self._replay
        self.query_one("#title", ClickBar).show(self._title(self.size.width))
        sections, text = self.query_one("#sections", Pane), self.query_one("#prompt-text", Pane)
        if last_turn(replay) < 1:
            return
        shown = self._shown()
        sections.show(section_rows(shown, replay.budgets.window, sections.inner_width))
        text.show(prompt_rows(shown, text.inner_width))

    def _title(self, width: int) -> Line:
        replay = self._replay
        start: Line = (
            (" Prompt ", "bold text"),
            (f" {printable(replay.session.session_id)}  {printable(self._lanes[0][0])} ", "muted"),
        )
        revealed = "○ revealed   " if self._masks.revealed else ""
        at = f"turn {grouped_number(self._turn)}/{grouped_number(replay.turn_count)} "
        return spread(start, ((revealed, "action-warn"), (at, "bold text")), width)

    def _go(self, turn: int) -> None:
        turn = max(1, min(turn, last_turn(self._replay)))
        if turn != self._turn:
            self._turn = turn
            self._draw()

    def action_step_back(self) -> None:
        self._go(self._turn - 1)

    def action_step_forward(self) -> None:
        self._go(self._turn + 1)

    def action_prompt_against(self) -> None:
        """Set the prompt against the turn before, each other loaded policy, nothing, in turn."""
        self._against = (self._against + 1) % len(self._choices)
        self._draw()

    def action_prompt_fold(self) -> None:
        """Whole texts, or their beginnings."""
        self._is_folded = not self._is_folded
        self._draw()

    def action_prompt_search(self) -> None:
        """Ask for words; what holds them is unfolded and marked."""
        from memview.tui.dialogs.filter_bar import FilterBar

        self.app.push_screen(FilterBar(self._found, self._search, "/ search", "words in the prompt"))

    def _search(self, text: str) -> str:
        self._found = text
        self._draw()
        matches = len(self._matching())
        return f"{matches} {'entry' if matches == 1 else 'entries'}" if text else ""

    def _matching(self) -> list[str]:
        """The targets of the entries that hold what is searched for, in order."""
        if not self._found:
            return []
        wanted = self._found.casefold()
        return [
            entry_target(section.name, entry.item_id)
            for section in self._replay.prompt(self._turn).sections
            for entry in section.entries
            if wanted in self._masked(entry.item_id, entry.text).casefold()
        ]

    def action_prompt_next(self) -> None:
        self._step_match(1)

    def action_prompt_previous(self) -> None:
        self._step_match(-1)

    def _step_match(self, step: int) -> None:
        matches = self._matching()
        if not matches:
            self.notify("Nothing is found; / searches the prompt.", markup=False)
            return
        pane = self.query_one("#prompt-text", Pane)
        at = matches.index(pane.target) if pane.target in matches else (-1 if step > 0 else len(matches))
        target = matches[(at + step) % len(matches)]
        pane.focus()
        pane.select(target)

    def action_memory_open(self) -> None:
        """The life of the memory under the cursor."""
        target = self.query_one("#prompt-text", Pane).target
        item_id = target.partition(" ")[2] if target else ""
        if not item_id or item_id not in self._replay.item_ids():
            self.notify("No memory is under the cursor.", markup=False)
            return
        from memview.tui.screens.memory import MemoryScreen

        self.app.push_screen(MemoryScreen(self._replay, item_id, Position(self._turn), self._masks), self._came_back)

    def _came_back(self, position: Position | None) -> None:
        if position is None:
            self._draw()
        else:
            self.dismiss(position)

    def action_masks_toggle(self) -> None:
        """Reveal what is sensitive, or mask it again."""
        self._masks.toggle()
        self._draw()

    def action_copy_row(self) -> None:
        """The entry under the cursor as JSON."""
        target = self.query_one("#prompt-text", Pane).target
        for section in self._replay.prompt(self._turn).sections:
            for entry in section.entries:
                if entry_target(section.name, entry.item_id) == target:
                    text = self._masked(entry.item_id, entry.text)
                    row = {"section": section.name, "id": entry.item_id, "tokens": entry.tokens, "text": text}
                    copied = json.dumps(row, indent=2, ensure_ascii=False)
                    copy_json(self, copied)
                    return

    def action_prompt_copy(self) -> None:
        """The whole prompt as sent, masked as on screen."""
        text = self._masks.of_prompt(self._replay, self._replay.prompt(self._turn)).text()
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied the prompt, {grouped_number(len(text))} characters.", markup=False)

    def action_memory_close(self) -> None:
        self.dismiss(Position(self._turn))
