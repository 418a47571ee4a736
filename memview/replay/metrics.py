"""Metrics of a replay under their published names, each a fold over the event columns. None means not applicable."""

from __future__ import annotations

from collections.abc import Sequence

from memview.kernel.context import Context
from memview.kernel.event_log import ACTION_CODE, PLACE_CODE, EventLog
from memview.kernel.items import ItemTable
from memview.model.frame import Custody
from memview.model.session import Session
from memview.replay.accesses import regret_of
from memview.replay.governance_citations import uncited_ratio
from memview.replay.identifier_survival import identifier_survival
from memview.replay.probes import ProbeResult

THRASH_TURNS = 8
"""A fault thrashes when its page was evicted within this many turns."""

_HIT, _FAULT = ACTION_CODE["hit"], ACTION_CODE["fault"]
_PROMOTE, _EVICT, _ROUTE = ACTION_CODE["promote"], ACTION_CODE["evict"], ACTION_CODE["route"]
_RETRIEVED = PLACE_CODE["retrieved"]

Metrics = dict[str, float | int | None]


def all_metrics(
    log: EventLog,
    items: ItemTable,
    session: Session,
    probes: Sequence[ProbeResult],
    totals: Sequence[int],
    prefixes: Sequence[int],
    context: Context,
    core_budget: int,
) -> Metrics:
    """Every metric of a replay. `totals` and `prefixes` begin with turn 1; `context` is the fold at its end."""
    return {
        **probe_metrics(probes),
        **paging_metrics(log, items),
        **prompt_metrics(totals, prefixes, context.custody(items)),
        **governance_metrics(log, items, session),
        "uncited_ratio": uncited_ratio(log, items, session),
        "identifier_survival": identifier_survival(log, items, context),
        "regret": regret_of(log, items, core_budget),
    }


def paging_metrics(log: EventLog, items: ItemTable) -> Metrics:
    """Counts and ratios of hits, faults, promotions, evictions and thrashing."""
    hits = faults = promotions = evictions = thrash = hit_tokens = fault_tokens = 0
    evicted_at: dict[int, int] = {}
    for turn, action, item in zip(log.turns, log.actions, log.items, strict=False):
        if action == _HIT:
            hits += 1
            hit_tokens += items.tokens[item]
        elif action == _FAULT:
            faults += 1
            fault_tokens += items.tokens[item]
            thrash += item in evicted_at and turn - evicted_at[item] <= THRASH_TURNS
        elif action == _PROMOTE:
            promotions += 1
        elif action == _EVICT:
            evictions += 1
            evicted_at[item] = turn
    return {
        "resident_hit_ratio": _ratio(hits, hits + faults),
        "token_hit_ratio": _ratio(hit_tokens, hit_tokens + fault_tokens),
        "faults": faults,
        "promotions": promotions,
        "evictions": evictions,
        "thrash": thrash,
    }


def governance_metrics(log: EventLog, items: ItemTable, session: Session) -> Metrics:
    """How much of what was fetched went unused, how often the router fell back, how many memories lack a citation."""
    routes = fallbacks = fetched = unused = 0
    used = [{items.find(name) for name in turn.used} for turn in session.turns]
    records_use = any(used)
    for seq, action in enumerate(log.actions[: len(log)]):
        if action == _ROUTE:
            routes += 1
            fallbacks += log.values[seq] > 0
        elif action == _FAULT and log.destinations[seq] == _RETRIEVED:
            fetched += 1
            unused += log.items[seq] not in used[log.turns[seq] - 1]
    records = [record for record in items.records[: len(items)] if record is not None]
    return {
        "retrieved_unused_ratio": _ratio(unused, fetched) if records_use else None,
        "fallback_ratio": _ratio(fallbacks, routes),
        "metadata_missing_ratio": _ratio(sum(record.citation.is_empty for record in records), len(records)),
    }


def prompt_metrics(totals: Sequence[int], prefixes: Sequence[int], last: Custody) -> Metrics:
    """Prompt size, the share a provider's prompt cache would save, and custody at the end. Index 0 is turn 1."""
    reusable = sum(prefixes[1:])
    return {
        "prefix_reuse": _ratio(reusable, sum(totals[1:])),
        "prompt_tokens_mean": _ratio(sum(totals), len(totals)),
        "lost": last.lost,
        "covered": last.covered,
        "recoverable": last.recoverable,
    }


def probe_metrics(results: Sequence[ProbeResult]) -> Metrics:
    """Mean share of evidence that was visible, and visible or covered, over all probes that were asked."""
    count = len(results)
    return {
        "probe_recall": _ratio(sum(result.recall for result in results), count),
        "probe_recall_covered": _ratio(
            sum((result.visible + result.covered) / result.evidence for result in results), count
        ),
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
