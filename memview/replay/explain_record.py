"""An explanation as plain data for `--json` and for copies; texts are as the masks let them be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memview.replay.changes import Pin
from memview.replay.explain_sentences import answer_sentences, counterfactual_sentences

if TYPE_CHECKING:
    from memview.replay.counterfactuals import Counterfactuals
    from memview.replay.explain import Explanation
    from memview.replay.governance_citations import Source
    from memview.replay.governance_masks import Masks


def explanation_record(known: Explanation, found: Counterfactuals | None, masks: Masks) -> dict[str, object]:
    """`counterfactuals` is None where none were tried."""
    memory, standing = known.memory, known.standing
    # The terms that matched are words of the text.
    terms = standing.terms if masks.of_memory(memory) == memory.text else ()
    return {
        "memory_id": memory.memory_id, "kind": memory.kind, "text": masks.of_memory(memory), "tokens": known.tokens,
        "importance": memory.importance, "turn": known.turn, "turns": known.turns, "policy": known.policy,
        "core_budget": known.core_budget, "in_prompt": known.is_visible, "custody": known.custody,
        "place": known.place, "covered_by": list(known.covered_by), "withheld": known.withheld or None,
        "sentences": answer_sentences(known) + ([] if found is None else counterfactual_sentences(known, found)),
        "decisive": None if known.decisive is None else known.decisive.event.seq,
        "retrieval": {
            "rank": standing.rank, "candidates": standing.candidates, "score": standing.score, "best": standing.best,
            "outcome": standing.outcome or None, "note": standing.note or None,
            "terms": [{"term": term.term, "score": term.score} for term in terms],
        },
        "derived_from": [_source(each, masks) for each in known.sources],
        "source_of": [_source(each, masks) for each in known.derivatives],
        "residency": [{"from_turn": run.first_turn, "state": run.state} for run in known.runs],
        "events": [{**each.event.as_dict(), "made_room_for": each.winner} for each in known.history],
        "counterfactuals": None if found is None else _found(found),
    }  # fmt: skip


def _source(source: Source, masks: Masks) -> dict[str, object]:
    return {
        "memory_id": source.memory_id, "depth": source.depth, "cited": masks.of_text(source.place) or None,
        "untrusted": source.is_untrusted, "known": source.is_known,
    }  # fmt: skip


def _found(found: Counterfactuals) -> dict[str, object]:
    budget = found.budget
    return {
        "core_budget": None if budget is None else {
            "now": budget.now, "smallest": budget.smallest, "place": budget.place, "exact": budget.is_exact,
            "from": budget.lowest, "to": budget.highest,
            "lost": [{"from": low, "to": high - 1} for low, high in budget.lost],
        },
        "core_budget_problem": found.budget_problem or None,
        "policies": [
            {"policy": each.label, "preset": each.is_preset, "offline": each.is_offline, "fate": each.fate or None,
             "keeps": each.keeps, "problem": each.problem or None}
            for each in found.policies
        ],
        "pins": [
            {"memory_id": each.change.memory_id, "pinned": isinstance(each.change, Pin),
             "after_turn": each.change.after_turn, "fate": each.fate, "keeps": each.keeps}
            for each in found.pins
        ],
        "settings": [
            {"setting": each.name, "now": each.now, "keeps_at": each.value, "lost_at": each.nearest_lost}
            for each in found.settings
        ],
    }  # fmt: skip
