"""The assembled prompt as lines: sections, entries with tokens and texts, what is new and gone, what a cache holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from memview.model.display import printable
from memview.replay.prompt_diff import KEPT, NEW, PREFIX, ComparedEntry, ComparedPrompt, ComparedSection
from memview.replay.views import PromptEntry
from memview.tui.glyphs import SECTION_MARKS, Mark
from memview.tui.lines import Line, cells, clip, grouped_number, left, meter, right, signed, spread, wrap
from memview.tui.views.pane_rows import PaneRows, RowsBuilder, start_of_text

STATE_MARKS = {
    PREFIX: Mark("=", "untouched", "muted"),
    KEPT: Mark("~", "kept, read again", "text"),
    NEW: Mark("+", "new", "action-promote"),
}
GONE = Mark("−", "gone", "action-evict")
_FOLDED_LINES = 2
_MOST_LINES = 400
"""Lines of one text that are laid out when texts are unfolded; the memory screen shows the rest."""
_TOKENS = 8
_LARGEST = 10


@dataclass(frozen=True, slots=True)
class PromptShown:
    """What is on screen. `against` says what the prompt is compared with, "" for nothing; `found` is searched for.

    `masked` gives a text as it may be shown.
    """

    compared: ComparedPrompt
    against: str
    found: str
    is_folded: bool
    masked: Callable[[str, str], str]


def entry_target(section: str, item_id: str) -> str:
    """What a row is known by: an item can stand in two sections."""
    return f"{section} {item_id}"


def section_rows(shown: PromptShown, limit: int, width: int) -> PaneRows:
    """A line for every section: its share of the prompt, and what changed."""
    rows = RowsBuilder()
    compared = shown.compared
    for section in compared.sections:
        mark = SECTION_MARKS[section.name]
        bar_width = max(4, width - 13 - 8 - 7 - 8)
        filled, track = meter(section.tokens, max(1, compared.total), bar_width)
        change = signed(section.tokens - section.tokens_before) if shown.against else ""
        rows.add(
            (
                (f"{mark.glyph} ", f"bold {mark.style}"),
                (left(section.name, 11), "text"),
                (filled, mark.style),
                (track, "track"),
                (right(grouped_number(section.tokens), 8), "text"),
                (right(change, 7), "muted"),
                (right(f"{len(section.entries)}×", 8), "faint"),
            )
        )
    rows.gap()
    for line in prefix_lines(shown, width):
        rows.add(line)
    rows.gap()
    _legend(rows, shown)
    _largest(rows, shown, width)
    return rows.build("Sections", f"{grouped_number(compared.total)} of {grouped_number(limit)} tok")


def _legend(rows: RowsBuilder, shown: PromptShown) -> None:
    """How many entries and tokens are in each state."""
    if not shown.against:
        return
    entries = [each for section in shown.compared.sections for each in section.entries]
    gone = [entry for section in shown.compared.sections for entry in section.gone]
    counts = [
        (mark, [each.entry.tokens for each in entries if each.state == state]) for state, mark in STATE_MARKS.items()
    ]
    for mark, tokens in [*counts, (GONE, [entry.tokens for entry in gone])]:
        amount = f"{right(f'{len(tokens)}×', 6)}{right(grouped_number(sum(tokens)), 8)} tok"
        rows.add(((f"{mark.glyph} ", f"bold {mark.style}"), (left(mark.word, 18), "text"), (amount, "muted")))


def _largest(rows: RowsBuilder, shown: PromptShown, width: int) -> None:
    """The entries that take most, whatever section they stand in."""
    entries = [(each.entry, section.name) for section in shown.compared.sections for each in section.entries]
    largest = sorted(entries, key=lambda pair: -pair[0].tokens)[:_LARGEST]
    if not largest:
        return
    rows.gap()
    rows.add((("Largest entries", "bold text"),))
    for entry, name in largest:
        mark = SECTION_MARKS[name]
        label = printable(entry.label if name != "system" else "system text")
        share = f"{entry.tokens / max(1, shown.compared.total):.0%}"
        rows.add(
            (
                (f"{mark.glyph} ", f"bold {mark.style}"),
                (left(label, max(1, width - 16)), "text"),
                (right(share, 6), "faint"),
                (right(grouped_number(entry.tokens), 8), "muted"),
            )
        )


def prefix_lines(shown: PromptShown, width: int) -> list[Line]:
    """How much of the prompt begins as the other one does, in words and as a bar."""
    compared = shown.compared
    if not shown.against:
        return [
            ((piece, "muted"),) for piece in wrap("Compared with nothing: a chooses a prompt to set beside it.", width)
        ]
    share = compared.prefix_tokens / compared.total if compared.total else 0.0
    filled, track = meter(compared.prefix_tokens, max(1, compared.total), width)
    anew = grouped_number(compared.total - compared.prefix_tokens)
    words = (
        f"untouched prefix {grouped_number(compared.prefix_tokens)} tok, {share:.0%}: begins as {shown.against} does, "
        f"so prompt caching saves it; {anew} tok are read anew"
    )
    return [((filled, "text"), (track, "track")), *(((piece, "muted"),) for piece in wrap(words, width))]


def prompt_rows(shown: PromptShown, width: int) -> PaneRows:
    """Every section with its entries in prompt order; under each what only the other prompt has there."""
    rows = RowsBuilder()
    hits = 0
    ended = False
    for section in shown.compared.sections:
        if not section.entries and not section.gone:
            continue
        rows.gap()
        rows.add(_head(section, width))
        for each in section.entries:
            if shown.against and each.state != PREFIX and not ended:
                ended = True
                rows.add(_break_line(shown.compared.prefix_tokens, width))
            hits += _entry(rows, shown, section.name, each, width)
        for entry in section.gone:
            _gone(rows, shown, section.name, entry, width)
    if not len(rows):
        rows.paragraph("Nothing is sent at this turn.", width, "muted")
    info = (
        f"{hits} with “{clip(printable(shown.found), 24)}”"
        if shown.found
        else shown.against and f"against {shown.against}"
    )
    return rows.build("Prompt as sent", info or "")


def _head(section: ComparedSection, width: int) -> Line:
    mark = SECTION_MARKS[section.name]
    start: Line = ((f"{mark.glyph} ", f"bold {mark.style}"), (section.name, "bold text"))
    return spread(start, ((f"{grouped_number(section.tokens)} tok", "muted"),), width)


def _break_line(tokens: int, width: int) -> Line:
    words = f" the untouched prefix ends here, {grouped_number(tokens)} tok "
    side = max(0, width - cells(words))
    return (("┄" * (side // 2), "faint"), (clip(words, width), "muted"), ("┄" * (side - side // 2), "faint"))


def _entry(rows: RowsBuilder, shown: PromptShown, section: str, each: ComparedEntry, width: int) -> int:
    entry = each.entry
    mark = STATE_MARKS[each.state] if shown.against else Mark(" ", "", "text")
    target = entry_target(section, entry.item_id)
    label = printable(entry.label if section != "system" else "system text")
    fence = "! untrusted, fenced  " if entry.untrusted else ""
    tokens = right(grouped_number(entry.tokens), _TOKENS)
    room = max(1, width - 2 - cells(fence) - cells(tokens))
    style = "faint" if each.state == PREFIX and shown.against else "bold text"
    rows.add(
        (
            (f"{mark.glyph} ", f"bold {mark.style}"),
            (left(label, room), style),
            (fence, "action-warn"),
            (tokens, "muted"),
        ),
        target,
    )
    text = shown.masked(entry.item_id, entry.text)
    hits = _text(rows, text, shown, target, width)
    rows.caption(target, f"{mark.word}, {grouped_number(entry.tokens)} tokens" if mark.word else "")
    return hits


def _gone(rows: RowsBuilder, shown: PromptShown, section: str, entry: PromptEntry, width: int) -> None:
    target = entry_target(section, entry.item_id)
    tokens = right(f"−{grouped_number(entry.tokens)}", _TOKENS)
    lead = f"{GONE.glyph} "
    room = max(1, width - cells(lead) - cells(tokens))
    where = f"{printable(entry.label)}  only in {shown.against}"
    rows.add(((lead, f"bold {GONE.style}"), (left(where, room), "muted"), (tokens, "faint")), target)


def _text(rows: RowsBuilder, text: str, shown: PromptShown, target: str, width: int) -> int:
    """The text under an entry; returns how often it holds what is searched for. A hit unfolds its text."""
    hits = text.casefold().count(shown.found.casefold()) if shown.found else 0
    inner = max(8, width - 4)
    if shown.is_folded and not hits:
        pieces = start_of_text(text, inner, _FOLDED_LINES)
    else:
        pieces = [piece for line in text.split("\n") for piece in (wrap(printable(line), inner) or [""])]
        if len(pieces) > _MOST_LINES:
            pieces = [*pieces[:_MOST_LINES], f"… and {len(pieces) - _MOST_LINES} more lines"]
    for piece in pieces:
        rows.add((("    ", "text"), *_marked(piece, shown.found)), target)
    return hits


def _marked(piece: str, found: str) -> Line:
    """A line of text with what was found in it set off."""
    if not found:
        return ((piece, "muted"),)
    spans: list[tuple[str, str]] = []
    lower, wanted = piece.casefold(), found.casefold()
    at = 0
    # Case folding can change a text's length; then the places do not match and nothing is marked.
    while len(lower) == len(piece) and (hit := lower.find(wanted, at)) >= 0:
        spans += [(piece[at:hit], "muted"), (piece[hit : hit + len(wanted)], "bold ink on action-warn")]
        at = hit + len(wanted)
    return (*spans, (piece[at:], "muted"))
