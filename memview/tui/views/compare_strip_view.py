"""The divergence strip: on one scale of turns, which prompts differ and how much, and how far that is known."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from memview.tui.lines import Line, fitted, grouped_number, left, line_width, right, short_number
from memview.tui.views.ruler import Ruler, bars

if TYPE_CHECKING:
    from memview.replay.divergence import Divergences

LABEL = 12
_TOTAL = 7
_DONE, _AHEAD, _UNKNOWN, _HEAD, _SAME = "━", "─", "┄", "◆", "·"
_STYLE = "action-warn"


class Strip:
    """The rows for one comparison at one width; what is drawn of all turns is kept until more of them are known."""

    def __init__(self, divergences: Divergences, turns: int, width: int) -> None:
        self.divergences = divergences
        self.width = width
        self.ruler = Ruler(turns, max(1, width - LABEL - _TOTAL))
        self._turns = turns
        self._known = -1
        self._bars: dict[int, str] = {}

    def turn_at(self, x: int) -> int:
        """The turn under the cell `x`."""
        return self.ruler.turn_at(x - LABEL)

    def rows(self, turn: int, height: int) -> list[Line]:
        """A title, where the position is, how much all differ, and how much each from the first, as room allows."""
        lines = [self._title(), self._scrubber(turn), self._row(0, turn)]
        policies = len(self.divergences.replays)
        if policies > 2:
            lines += [self._row(place, turn) for place in range(1, policies)]
        return lines[:height]

    def _title(self) -> Line:
        found = self.divergences
        compared = found.compared
        words, style = self._verdict()
        still = "" if compared >= self._turns else f" · compared {grouped_number(compared)} so far"
        line: Line = (("── ", "frame"), (words, style), (still, "muted"), (" ", "frame"))
        return fitted((*line, ("─" * (self.width - line_width(line)), "frame")), self.width)

    def _verdict(self) -> tuple[str, str]:
        found = self.divergences
        turns = grouped_number(self._turns)
        if found.first is None:
            if found.compared >= self._turns:
                return f"No divergence: the prompts of all {turns} turns hold the same", "bold text"
            return "No divergence", "bold text"
        many, first = grouped_number(len(found.turns)), grouped_number(found.first)
        return f"{many} of {turns} turns differ · the first is turn {first}", "bold text"

    def _scrubber(self, turn: int) -> Line:
        ruler = self.ruler
        known = min(ruler.columns, ruler.first_column(min(self.divergences.compared, ruler.turns) + 1))
        start, stop = ruler.span(turn) if turn else (0, 0)
        head = min(start + (stop - start) // 2, ruler.columns - 1)
        ahead = max(head + 1, known)
        return (
            (left(f" turn {short_number(turn)}", LABEL), "bold text"),
            (_DONE * head, "primary"),
            (_HEAD, "bold focus"),
            (_AHEAD * (ahead - head - 1), "faint"),
            (_UNKNOWN * (ruler.columns - ahead), "track"),
            (right(short_number(self._turns), _TOTAL), "muted"),
        )

    def _row(self, place: int, turn: int) -> Line:
        """How much all prompts differ (`place` 0), or that of a policy from the first one's."""
        text = self._text_of(place)
        amounts = self._amounts(place)
        start, stop = self.ruler.span(turn) if turn else (0, 0)
        here = amounts[turn] if 0 < turn < len(amounts) else 0
        label = " ≠ all" if place == 0 and len(self._bars) > 1 else " ≠ differ" if place == 0 else f" 1 ≠ {place + 1}"
        return (
            (left(label, LABEL), _STYLE),
            (text[:start], _STYLE),
            (text[start:stop], f"{_STYLE} on cursor"),
            (text[stop:], _STYLE),
            (right(f"{short_number(here)} here" if here else "same" if turn < len(amounts) else "…", _TOTAL), "muted"),
        )

    def _amounts(self, place: int) -> array[int]:
        return self.divergences.from_first[place] if place else self.divergences.amounts

    def _text_of(self, place: int) -> str:
        compared = self.divergences.compared
        if compared != self._known:
            policies = len(self.divergences.replays)
            self._bars = {each: self._drawn(each) for each in range(policies if policies > 2 else 1)}
            self._known = compared
        return self._bars[place]

    def _drawn(self, place: int) -> str:
        """Per column the largest amount of its turns; a turn of its own column keeps a gap to the next where wide."""
        ruler, amounts = self.ruler, self._amounts(place)
        known = min(len(amounts) - 1, ruler.turns)
        if ruler.turns > ruler.columns:
            largest = []
            for column in range(ruler.columns):
                first = -(-column * ruler.turns // ruler.columns) + 1
                last = min(-(-(column + 1) * ruler.turns // ruler.columns), known)
                if first > known:
                    break
                largest.append(max(amounts[first : max(first, last) + 1]))
            return _marked(bars(largest)).ljust(ruler.columns)
        pieces = []
        for turn, glyph in enumerate(_marked(bars(amounts[1 : known + 1])), start=1):
            start, stop = ruler.span(turn)
            size = stop - start
            pieces.append(glyph * (size - 1) + " " if size >= 3 and glyph != _SAME else glyph + " " * (size - 1))
        return "".join(pieces).ljust(ruler.columns)


def _marked(drawn: str) -> str:
    return drawn.replace(" ", _SAME)
