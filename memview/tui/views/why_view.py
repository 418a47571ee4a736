"""The why screen's rows: the answer first, then what would keep the memory, then everything that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memview.model.display import printable
from memview.tui.glyphs import action_mark
from memview.tui.lines import BLANK, Line, fitted, grouped_number, left, line_width, score, wrap
from memview.tui.views.events_view import event_place

if TYPE_CHECKING:
    from memview.replay.changes import Change
    from memview.replay.counterfactuals import Counterfactuals, PolicyAnswer
    from memview.replay.explain import Explanation, Happening

KEEPS, COVERS = ("✓", "custody-visible"), ("◐", "custody-covered")
LOSES, OPEN = ("✗", "muted"), ("…", "muted")
_TERMS_SHOWN = 8
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One line. `changes` is the what-if that it proposes, or `policy` the label of a whole policy, `seq` the event
    that it tells; a heading is not chosen.
    """

    line: Line
    is_heading: bool = False
    changes: tuple[Change, ...] = ()
    seq: int | None = None
    policy: str = ""


def why_rows(
    known: Explanation,
    found: Counterfactuals | None,
    width: int,
    *,
    is_masked: bool,
    can_be_tried: bool = True,
    masked: Callable[[str], str] = str,
) -> list[WhyRow]:
    """All rows for a list `width` cells wide. `found` is None before anything was tried.

    `masked` gives a citation as it may be shown: a web address can hold a key.
    """
    from memview.replay.explain_sentences import answer_sentences

    rows: list[WhyRow] = []
    for place, sentence in enumerate(answer_sentences(known)):
        rows += _wrapped((" ", "text"), sentence, width, "bold text" if place == 0 else "text")
    title = "What else would keep it, and what would not" if known.is_visible else "What would keep it"
    rows += _heading(title + _stage(found, can_be_tried=can_be_tried), width)
    rows += _found(known, found, width) if can_be_tried else ()
    rows += _heading(f"Retrieval at turn {known.turn}", width)
    rows += _retrieval(known, width, is_masked=is_masked)
    rows += _heading("Provenance", width)
    rows += _provenance(known, width, masked)
    rows += _heading(f"Events  {len(known.history)}", width)
    rows += [row for happening in known.history for row in _event(happening, known.turn, width)]
    return rows


def _heading(title: str, width: int) -> list[WhyRow]:
    rule = "─" * max(0, width - len(title) - 1)
    return [WhyRow(BLANK, is_heading=True), WhyRow(((f"{title} ", "bold text"), (rule, "faint")), is_heading=True)]


def _wrapped(
    mark: tuple[str, str],
    text: str,
    width: int,
    style: str = "text",
    changes: tuple[Change, ...] = (),
    policy: str = "",
) -> Iterator[WhyRow]:
    """A sentence behind a mark, wrapped under itself."""
    shown = wrap(printable(text), max(8, width - 2))
    for place, piece in enumerate(shown):
        head = (f"{mark[0]} ", mark[1]) if place == 0 else ("  ", "text")
        yield WhyRow(fitted((head, (piece, style)), width), changes=changes, policy=policy)


def _stage(found: Counterfactuals | None, *, can_be_tried: bool) -> str:
    if not can_be_tried:
        return ": nothing to try, no other replay has it at this turn"
    if found is None:
        return "  … starting"
    return f"  … trying {found.stage}" if found.stage else ""


def _found(known: Explanation, found: Counterfactuals | None, width: int) -> Iterator[WhyRow]:
    from memview.replay.changes import SetBudgets
    from memview.replay.explain_sentences import budget_sentence, pin_sentence, setting_sentence

    if found is None:
        return
    if found.budget is not None:
        budget = found.budget
        other = budget.smallest is not None and budget.smallest != budget.now
        mark = OPEN if not budget.is_exact and found.stage else KEEPS if budget.smallest is not None else LOSES
        changes: tuple[Change, ...] = (SetBudgets(core=budget.smallest),) if other else ()
        yield from _wrapped(mark, budget_sentence(budget), width, changes=changes)
    elif found.budget_problem:
        yield from _wrapped(LOSES, f"Core budgets were not tried: {found.budget_problem}", width)
    yield from _policies(known, [each for each in found.policies if not each.is_preset], "eviction policies", width)
    yield from _policies(known, [each for each in found.policies if each.is_preset], "presets", width)
    if known.is_visible:
        return
    for pin in found.pins:
        yield from _wrapped(
            KEEPS if pin.keeps else LOSES, pin_sentence(pin), width, changes=(pin.change,) if pin.keeps else ()
        )
    for setting in sorted(found.settings, key=lambda each: each.change is None):
        yield from _wrapped(
            KEEPS if setting.change else LOSES,
            setting_sentence(setting),
            width,
            changes=(setting.change,) if setting.change else (),
        )


def _policies(known: Explanation, answers: Sequence[PolicyAnswer], what: str, width: int) -> Iterator[WhyRow]:
    """One row for each policy under which it fares otherwise than here, and one for all the others."""
    if not answers:
        return
    alike = [each.label for each in answers if each.keeps == known.is_visible and each.fate != "covered"]
    for each in answers:
        if each.label not in alike:
            yield from _policy(each, width)
    if alike:
        does = "keep it" if known.is_visible else "do not keep it"
        some = f"{len(alike)} of {len(answers)} {what} {does}: {', '.join(alike)}."
        yield from _wrapped(KEEPS if known.is_visible else LOSES, some, width, "muted")


def _policy(answer: PolicyAnswer, width: int) -> Iterator[WhyRow]:
    from memview.replay.changes import SetParameter

    offline = ", which knows the turns to come," if answer.is_offline else ""
    mark, does = LOSES, "loses it for good" if answer.fate == "lost" else "leaves it in its store"
    if answer.keeps:
        mark, does = KEEPS, f"keeps it, in {answer.fate}"
    elif answer.fate == "covered":
        mark, does = COVERS, "has something stand for it"
    elif answer.problem:
        does = f"cannot be tried: {answer.problem}"
    told = f"{answer.label}{offline} {does}."
    if answer.problem:
        yield from _wrapped(mark, told, width)
    elif answer.is_preset:
        yield from _wrapped(mark, told, width, policy=answer.label)
    else:
        yield from _wrapped(mark, told, width, changes=(SetParameter("eviction", answer.label),))


def _retrieval(known: Explanation, width: int, *, is_masked: bool) -> Iterator[WhyRow]:
    standing = known.standing
    if not standing.terms:
        yield from _wrapped((" ", "text"), "No word of the turn's question occurs in it.", width, "muted")
        return
    total = sum(term.score for term in standing.terms)
    against = "" if standing.best is None else f" (best {score(standing.best)})"
    rank = f"rank {standing.rank} of {standing.candidates}" if standing.rank else "not among the candidates"
    yield from _wrapped((" ", "text"), f"score {score(total)}{against}, {rank}", width)
    if is_masked:
        yield from _wrapped((" ", "text"), "Its words are masked; R reveals them.", width, "muted")
        return
    ordered = sorted(standing.terms, key=lambda term: (-term.score, term.term))
    for term in ordered[:_TERMS_SHOWN]:
        label, amount = left(printable(term.term), 24), score(term.score).rjust(7)
        yield WhyRow(fitted(((_INDENT + label, "text"), (amount, "muted")), width))
    if len(ordered) > _TERMS_SHOWN:
        yield from _wrapped((" ", "text"), f"  and {len(ordered) - _TERMS_SHOWN} more terms", width, "muted")


def _provenance(known: Explanation, width: int, masked: Callable[[str], str]) -> Iterator[WhyRow]:
    citation = known.memory.citation
    cited = masked(", ".join(part for part in (citation.session_id, citation.turn_id, citation.source_url) if part))
    yield from _wrapped((" ", "text"), f"cited from {cited}" if cited else "no citation", width)
    yield from _wrapped((" ", "text"), f"trust {known.memory.trust}", width)
    for source in known.sources:
        place = f" [{masked(source.place)}]" if source.place else "" if source.is_known else " (unknown here)"
        untrusted = ", untrusted" if source.is_untrusted else ""
        indent = "  " * source.depth
        yield from _wrapped((" ", "text"), f"{indent}derives from {source.memory_id}{place}{untrusted}", width)
    for derived in known.derivatives:
        yield from _wrapped((" ", "text"), f"  source of {derived.memory_id}", width)
    if known.covered_by:
        yield from _wrapped(COVERS, f"in the prompt for it: {', '.join(known.covered_by)}", width)


def _event(happening: Happening, turn: int, width: int) -> Iterator[WhyRow]:
    """An event with where it moved and why; on a narrow screen the reason takes lines of its own."""
    from memview.replay.explain_sentences import grounds_of

    event = happening.event
    mark = action_mark(event.action)
    winner = f"; made room for {happening.winner}" if happening.winner else ""
    why = printable(grounds_of(event) + winner)
    tokens = f"{grouped_number(event.tokens)} tok" if event.tokens else ""
    head: Line = (
        (left(f"  {event.turn}.{happening.number}", 11), "bold text" if event.turn == turn else "muted"),
        (left(f"{mark.glyph} {mark.word}", 13), mark.style),
        (left(event_place(event), 21), "text"),
        (tokens.rjust(9) + "  ", "muted"),
    )
    room = width - line_width(head)
    if len(why) <= room or room >= 40:
        pieces = wrap(why, max(8, room)) or [""]
        yield WhyRow(fitted((*head, (pieces[0], "text")), width), seq=event.seq)
        indent = " " * line_width(head)
    else:
        yield WhyRow(fitted(head, width), seq=event.seq)
        indent, pieces = " " * 11, ["", *wrap(why, max(8, width - 11))]
    for piece in pieces[1:]:
        yield WhyRow(fitted(((indent, "text"), (piece, "text")), width), seq=event.seq)
