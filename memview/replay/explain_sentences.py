"""An explanation in plain English: the answer first, with its numbers. Ids come as recorded: print them safely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memview.model.event import PagingEvent
from memview.replay.changes import Pin
from memview.replay.counterfactuals import Counterfactuals, PinAnswer, PolicyAnswer
from memview.replay.counterfactuals_budget import BudgetAnswer
from memview.replay.counterfactuals_settings import SettingAnswer
from memview.replay.explain import Explanation, Happening

_NAMED = 8
_DONE = {
    "evict": "evicted", "reject": "rejected", "quarantine": "quarantined", "drop": "dropped", "compact": "compacted",
    "promote": "promoted", "insert": "put there", "invalidate": "ended", "merge": "merged", "fault": "asked for",
    "summarize": "made",
}  # fmt: skip


def answer_sentences(known: Explanation) -> list[str]:
    """Where the item is at the turn and why; then what retrieval made of it and what holds besides."""
    return [_answer(known), *_retrieval(known), *_besides(known)]


def counterfactual_sentences(known: Explanation, found: Counterfactuals) -> list[str]:
    """What would have kept it, or would still keep it, one sentence for each kind of change tried so far."""
    told = [budget_sentence(found.budget)] if found.budget is not None else []
    if found.budget_problem:
        told.append(f"Core budgets were not tried: {found.budget_problem}.")
    told += _policies([each for each in found.policies if not each.is_preset], "eviction policies, all else as it is,")
    told += _policies([each for each in found.policies if each.is_preset], "presets")
    if not known.is_visible:
        told += [pin_sentence(each) for each in found.pins]
        told += _settings(found.settings, is_over=found.stage in ("", "the presets"))
    return told


def _answer(known: Explanation) -> str:
    name, turn = known.memory.memory_id, known.turn
    at = f"at turn {turn}" if turn else "after loading"
    if known.custody == "unseen":
        arrival = known.history[0].event.turn if known.history else None
        return f"{name} is not known yet {at}" + (f": it arrives at turn {arrival}." if arrival else ".")
    if known.is_visible:
        return f"{name} is in the prompt {at}, in {_section(known.place)}: {_told(known.decisive)}."
    if known.custody == "covered":
        # A duplicate that was merged away is covered by what it was merged into, which need not name it as a source.
        return (
            f"{name} itself is not in the prompt {at}, but {_listed(known.covered_by) or 'another memory'} "
            f"stand{'' if len(known.covered_by) > 1 else 's'} for it there: {_told(known.decisive)}."
        )
    gone = "gone for good" if known.custody == "lost" else "not in the prompt"
    why = f"the guard keeps it out ({known.withheld})" if known.withheld else _told(known.decisive)
    return f"{name} is {gone} {at}: {why}."


def _section(place: str | None) -> str:
    return {"core": "core", "window": "the window", "summary": "the summary", "retrieved": "what was retrieved"}.get(
        place or "", place or "no section"
    )


def _told(happening: Happening | None) -> str:
    if happening is None:
        return "no event ever moved it"
    event = happening.event
    when = f"at turn {event.turn}" if event.turn else "at loading"
    if event.action == "insert" and event.destination in ("archive", "recall", "shared"):
        return f"stored in {event.destination} {when}, and never brought into the prompt since"
    done = _DONE.get(event.action, event.action)
    if event.action == "fault":
        done += " but not made resident" if event.destination == "retrieved" else " but not brought in"
    room = f" to make room for {happening.winner}" if happening.winner is not None else ""
    cover = f", covered by {event.covered_by}" if event.covered_by is not None else ""
    return f"{done} {when} ({grounds_of(event)}){room}{cover}"


def grounds_of(event: PagingEvent) -> str:
    """The reason of an event, and its number beside the threshold where the reason does not say both."""
    signal = event.signal
    if signal is None or signal.threshold is None:
        return event.reason
    value, threshold = f"{signal.value:.4g}", f"{signal.threshold:.4g}"
    if threshold in event.reason:
        return event.reason
    if event.action == "evict":
        return f"{event.reason}, the next one {threshold}"
    return f"{event.reason}; {signal.name.replace('_', ' ')} {value} against {threshold}"


def _retrieval(known: Explanation) -> Iterator[str]:
    standing, turn = known.standing, known.turn
    if turn == 0 or known.custody == "unseen":
        return
    if standing.rank is None:
        if standing.candidates:
            yield f"Turn {turn} did not find it: it is none of the {standing.candidates} candidates of its retrieval."
        return
    best = "" if standing.best is None else f", the best scores {standing.best:.2f}"
    became = f"; {standing.outcome}: {standing.note}" if standing.outcome else "; the turn took others before it"
    yield (
        f"Turn {turn}'s retrieval ranked it {standing.rank} of {standing.candidates}, "
        f"score {standing.score or 0:.2f}{best}{became}."
    )


def _besides(known: Explanation) -> Iterator[str]:
    if known.slot is not None:
        slot = known.slot
        yield (
            f"In core since turn {slot.entered_turn}, last used at turn {slot.last_used_turn}, {slot.uses} "
            f"use{'' if slot.uses == 1 else 's'}{', pinned' if slot.pinned else ''}"
            f"{'; the next to be evicted' if slot.is_next_victim else ''}."
        )
    elif known.withheld and known.is_visible:
        yield f"The guard withholds it from now on: {known.withheld}."
    again = next((each for each in known.later if each.event.action in ("promote", "fault")), None)
    if again is not None and not known.is_visible:
        yield f"It is next asked for at turn {again.event.turn}."


def budget_sentence(found: BudgetAnswer) -> str:
    """The smallest core that keeps the item, and how much of what is smaller was replayed."""
    below = max(0, (found.highest + 1 if found.smallest is None else found.smallest) - found.lowest)
    tried = sum(high - low for low, high in found.lost)
    if found.smallest is None:
        if found.is_exact:
            # A smaller core can keep a message: it leaves the window more room. The search does not go there.
            smaller = " Smaller ones were not tried." if found.lowest else ""
            return (
                f"No core of {found.lowest} tokens or more keeps it: each up to {found.highest} was replayed.{smaller}"
            )
        return (
            f"No core budget that was replayed keeps it: {tried:,} of the {below:,} from {found.lowest} to "
            f"{found.highest} tokens."
        )
    where = _section(found.place)
    now = f"(now {found.now})"
    if not found.is_exact:
        return (
            f"A core of {found.smallest} tokens keeps it {now}, in {where}. Whether a smaller one does is open: of the "
            f"{below:,} from {found.lowest} on, {tried:,} were replayed, and none of these does."
        )
    if found.smallest > found.now:
        return f"The smallest core budget above the present one that keeps it is {found.smallest} tokens {now}."
    if found.smallest == found.lowest:
        return f"Even the smallest core that is possible, {found.smallest} tokens, keeps it {now}, in {where}."
    return f"The smallest core budget that keeps it is {found.smallest} tokens {now}, in {where}."


def _policies(answers: Sequence[PolicyAnswer], what: str) -> Iterator[str]:
    if not answers:
        return
    keep = [each.label + (" (offline)" if each.is_offline else "") for each in answers if each.keeps]
    cover = [each.label for each in answers if each.fate == "covered"]
    lose = [each.label for each in answers if each.fate == "lost"]
    others = [each for each in answers if each.fate == "recoverable"]
    count = f"Of {len(answers)} {what}"
    parts = [f"{_listed(keep)} keep{'s' if len(keep) == 1 else ''} it" if keep else "none keeps it"]
    if cover:
        parts.append(f"{_listed(cover)} cover{'s' if len(cover) == 1 else ''} it")
    if lose:
        parts.append(f"{_listed(lose)} lose{'s' if len(lose) == 1 else ''} it for good")
    if others and (keep or cover or lose):
        parts.append(f"the other {len(others)} leave it in its store" if len(others) > 1 else
                     f"{others[0].label} leaves it in its store")  # fmt: skip
    yield f"{count} {'; '.join(parts)}."


def pin_sentence(answer: PinAnswer) -> str:
    """Whether a pin keeps the item."""
    change = answer.change
    when = f"at turn {change.after_turn}" if change.after_turn else "at loading"
    verb = "keeps it" if answer.keeps else "does not keep it"
    if isinstance(change, Pin):
        return f"Pinning it {when} {verb}."
    return f"Unpinning {change.memory_id} {when} {verb}."


def _settings(answers: Sequence[SettingAnswer], *, is_over: bool) -> Iterator[str]:
    kept = [each for each in answers if each.value is not None]
    for each in kept:
        yield setting_sentence(each)
    if is_over and answers and not kept:
        yield f"No value tried of any one of its numbers keeps it ({', '.join(each.name for each in answers)})."


def setting_sentence(answer: SettingAnswer) -> str:
    """The value of one number that keeps the item, or that none was found."""
    if answer.value is None:
        return f"No value tried of {answer.name} keeps it."
    return f"{answer.name} {answer.value:g} instead of {answer.now:g} keeps it."


def _listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, or with many the first of them and a count."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
