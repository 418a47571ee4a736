"""Masks over what nobody should read over a shoulder: sensitive memories, credentials and personal data in any text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.model.memory import Memory

if TYPE_CHECKING:
    from memview.replay.replay import Replay
    from memview.replay.views import Prompt, PromptEntry

_VEIL = "▒▒▒▒"
_LOOKED_AT = 20_000
"""Characters of a text that a pane could ever show, and some more: a secret across the cut is still found whole."""
_MOST_KEPT = 4096


class Masks:
    """Gives texts as they may be shown. `drawn` counts what was masked since it was last set to 0.

    A sensitive memory is masked whole; of any other text, what the guard finds in it (`guard.sensitive`).
    """

    def __init__(self, *, revealed: bool = False) -> None:
        self.revealed = revealed
        self.drawn = 0
        self._known: dict[str, str] = {}

    def toggle(self) -> None:
        """Reveal everything, or mask it again."""
        self.revealed = not self.revealed

    def of_text(self, text: str) -> str:
        """The beginning of `text` (20,000 characters) with credentials and personal data replaced by their kind."""
        return text[:_LOOKED_AT] if self.revealed else self._masked(text[:_LOOKED_AT])

    def of_whole_text(self, text: str) -> str:
        """As `of_text`, however long the text is."""
        return text if self.revealed else self._masked(text)

    def of_memory(self, memory: Memory) -> str:
        """The text of `memory`; of a sensitive one only of what kind it is, and how long."""
        if self.revealed or not memory.is_sensitive:
            return self.of_whole_text(memory.text)
        self.drawn += 1
        return f"{_VEIL} masked: {printable(memory.sensitivity)}, {len(memory.text)} characters"

    def of_prompt(self, replay: Replay, prompt: Prompt) -> Prompt:
        """`prompt` of `replay` with its texts masked; token counts stay those that were sent."""
        sections = (
            replace(section, entries=tuple(self._entry(replay, entry) for entry in section.entries))
            for section in prompt.sections
        )
        return replace(prompt, sections=tuple(sections))

    def _entry(self, replay: Replay, entry: PromptEntry) -> PromptEntry:
        """A message that was cut to fit stays cut; a sensitive memory is veiled whole."""
        item = replay.workload.items.find(entry.item_id)
        record = None if item is None else replay.workload.items.records[item]
        sensitive = record is not None and record.is_sensitive
        text = self.of_memory(record) if record is not None and sensitive else self.of_whole_text(entry.text)
        return replace(entry, text=text)

    def _masked(self, text: str) -> str:
        known = self._known.get(text)
        if known is None:
            from memview.guard.sensitive import mask

            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[text] = mask(text)
        self.drawn += known != text
        return known
