"""What each metric is called, counts and means, in which direction it is better, and how its values are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from memview.model.display import printable
from memview.replay.ranking import direction_of
from memview.tui.lines import grouped_number

MetricValues = Mapping[str, float | int | None]

BEST = "★"
WORST = "×"
_NOT_APPLICABLE = "n/a"
_OTHERS = "Others"
_DIRECTIONS = {1: ("↑", "more is better"), -1: ("↓", "less is better"), 0: ("·", "neither more nor less is better")}

Unit = Literal["share", "tokens", "count"]


@dataclass(frozen=True, slots=True)
class MetricName:
    """How a metric is shown: the group it stands in, its name in two short lines, its unit, and what it means."""

    group: str
    heading: tuple[str, str]
    unit: Unit
    meaning: str


_NAMES: Mapping[str, MetricName] = {
    "probe_recall": MetricName(
        "Answers", ("probe", "recall"), "share", "share of the evidence in the prompt when a probe asks"
    ),
    "probe_recall_covered": MetricName(
        "Answers", ("recall", "+covered"), "share", "the same, counting what a summary stands for"
    ),
    "uncited_ratio": MetricName("Answers", ("answers", "uncited"), "share", "answers resting on memory nothing cites"),
    "identifier_survival": MetricName(
        "Answers", ("names", "kept"), "share", "names, paths, numbers that left the window and are still in the prompt"
    ),
    "resident_hit_ratio": MetricName("Paging", ("hit", "ratio"), "share", "references to a memory that was resident"),
    "token_hit_ratio": MetricName("Paging", ("hits by", "tokens"), "share", "the same, weighed by tokens"),
    "faults": MetricName("Paging", ("", "faults"), "count", "references to a memory that was not resident"),
    "promotions": MetricName("Paging", ("paged", "in"), "count", "memories promoted into the core"),
    "evictions": MetricName("Paging", ("paged", "out"), "count", "memories evicted from the core"),
    "thrash": MetricName("Paging", ("", "thrash"), "count", "faults on what was evicted within the last 8 turns"),
    "regret": MetricName("Paging", ("", "regret"), "share", "hits missed against a schedule that knows the future"),
    "prefix_reuse": MetricName(
        "Prompt", ("prefix", "reuse"), "share", "share of the prompt that a provider's cache would save"
    ),
    "prompt_tokens_mean": MetricName("Prompt", ("prompt", "tokens"), "tokens", "tokens of a prompt, on average"),
    "lost": MetricName("Custody", ("", "lost"), "count", "items that are nowhere at the end"),
    "covered": MetricName("Custody", ("", "covered"), "count", "items that something in the prompt stands for"),
    "recoverable": MetricName("Custody", ("recover-", "able"), "count", "items that could be fetched at the end"),
    "fallback_ratio": MetricName(
        "Router", ("fell", "back"), "share", "turns that asked another store: the right one was empty"
    ),
    "retrieved_unused_ratio": MetricName(
        "Router", ("fetched", "unused"), "share", "memories fetched and not used by the answer"
    ),
    "metadata_missing_ratio": MetricName(
        "Landfill", ("without", "source"), "share", "memories that do not say where they come from"
    ),
    "duplicate_ratio": MetricName("Landfill", ("dupli-", "cates"), "share", "memories that say what another one says"),
    "stale_ratio": MetricName("Landfill", ("", "stale"), "share", "memories that are out of date"),
    "never_retrieved_ratio": MetricName(
        "Landfill", ("never", "fetched"), "share", "memories that no turn ever asked for"
    ),
    "conflicting_ratio": MetricName(
        "Landfill", ("contra-", "dicting"), "share", "memories that contradict another one"
    ),
}


def metric_name(metric: str) -> MetricName:
    """How `metric` is shown; one that a later version adds under its own name."""
    known = _NAMES.get(metric)
    if known is not None:
        return known
    words = printable(metric).split("_")
    return MetricName(_OTHERS, (" ".join(words[:-1]), words[-1]), "count", "")


def ordered_metrics(names: Iterable[str]) -> list[str]:
    """`names` once each: the known ones in the order of a scoreboard, then those that are not known here."""
    found = dict.fromkeys(names)
    return [*(name for name in _NAMES if name in found), *(name for name in found if name not in _NAMES)]


def direction_mark(metric: str) -> tuple[str, str]:
    """A glyph and words for where the better values of `metric` are."""
    return _DIRECTIONS[direction_of(metric)]


def unit_of(metric: str) -> str:
    """`%`, `tok` or `n`, as it stands over a column."""
    return {"share": "%", "tokens": "tok", "count": "n"}[metric_name(metric).unit]


def explained(metric: str) -> str:
    """`hit ratio (resident_hit_ratio): references to a memory that was resident; more is better`."""
    known = metric_name(metric)
    meaning = f": {known.meaning}" if known.meaning else ""
    return f"{printable(metric)}{meaning}; {direction_mark(metric)[1]}"


def amount(metric: str, value: float | int | None) -> str:
    """A value of `metric` in its unit: a share in per cent with one decimal, `n/a` for None."""
    if value is None:
        return _NOT_APPLICABLE
    if metric_name(metric).unit == "share":
        return percent(value)
    return figure(value) if metric not in _NAMES else grouped_number(round(value))


def percent(share: float) -> str:
    """`36.2%`."""
    return f"{100 * share:.1f}%"


def figure(value: float | int | None) -> str:
    """A value in a few digits whatever it measures; None is n/a."""
    if value is None:
        return _NOT_APPLICABLE
    if isinstance(value, int):
        return grouped_number(value)
    return f"{value:.3f}" if abs(value) < 10 else grouped_number(round(value))
