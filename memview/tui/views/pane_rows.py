"""What a framed pane shows: a title, a fact at the right of it, and lines, some of which stand for an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from memview.model.display import printable
from memview.tui.lines import BLANK, ELLIPSIS, Line, clip, wrap

TEXT_LIMIT = 4000
"""Characters of a session text that are ever laid out in a pane; the memory screen shows the rest."""


@dataclass(frozen=True, slots=True)
class PaneRows:
    """`targets` runs beside `lines`: the id of the item that a line is about, or None.

    `captions` hold more about an item where its lines have no room for it; the frame shows that of the selected one.
    """

    title: str
    info: str
    lines: tuple[Line, ...]
    targets: tuple[str | None, ...] = ()
    captions: Mapping[str, str] = field(default_factory=dict)

    def target_at(self, row: int) -> str | None:
        return self.targets[row] if 0 <= row < len(self.targets) else None


class RowsBuilder:
    """Collects lines with their targets."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._targets: list[str | None] = []
        self._captions: dict[str, str] = {}

    def caption(self, target: str, text: str) -> None:
        """More about `target`, to be shown while it is selected."""
        self._captions[target] = text

    def add(self, line: Line, target: str | None = None) -> None:
        self._lines.append(line)
        self._targets.append(target)

    def gap(self) -> None:
        """One blank line, unless there is one already or nothing before it."""
        if self._lines and self._lines[-1] != BLANK:
            self.add(BLANK)

    def paragraph(self, text: str, width: int, style: str, indent: int = 0) -> None:
        """`text` wrapped to `width`, each line `indent` cells in."""
        for piece in wrap(text, width - indent):
            self.add(((" " * indent, "text"), (piece, style)))

    def __len__(self) -> int:
        return len(self._lines)

    def build(self, title: str, info: str) -> PaneRows:
        return PaneRows(title, info, tuple(self._lines), tuple(self._targets), self._captions)


def text_lines_of(items: int, other_lines: int, height: int, first: Sequence[int] = (), most: int = 3) -> list[int]:
    """Lines of text that each of `items` one-line entries can have under it when `height` lines are to be filled.

    What is left over when they are shared out goes to the entries `first`, then to the others from the top.
    """
    spare = max(0, min(most * items, height - other_lines - items))
    each, over = divmod(spare, max(1, items))
    lines = [each] * items
    for index in [*first, *(index for index in range(items) if index not in first)][:over]:
        lines[index] += 1
    return lines


def start_of_text(text: str, width: int, count: int) -> list[str]:
    """The start of a session text in at most `count` lines; an ellipsis where it goes on."""
    pieces = wrap(excerpt(text, width * count), width)
    if len(pieces) <= count or not count:
        return pieces[:count]
    last = pieces[count - 1]
    return [*pieces[: count - 1], clip(last + ELLIPSIS, width)]


def excerpt(text: str, width: int) -> str:
    """The start of a session text on one line, safe to show; about `width` characters of it."""
    return printable(text[: width * 2 + 8])


def empty_state(title: str, info: str, message: str, hint: str, width: int) -> PaneRows:
    """A pane with nothing to list says so, and says what would change that."""
    rows = RowsBuilder()
    rows.add(BLANK)
    rows.paragraph(message, width, "muted")
    if hint:
        rows.paragraph(hint, width, "faint")
    return rows.build(title, info)
