"""`compare`: one session under several policies, as a table of metrics and the first turn at which they part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from memview.cli.options import CORE_TOKENS, WINDOW_TOKENS, comma_separated, json_option, open_named
from memview.cli.output import print_json, write_lines
from memview.cli.text_table import BEST, figure, table_lines
from memview.model.display import printable

if TYPE_CHECKING:
    from memview.replay.compare import Comparison, Divergence

_SHOWN = 6


@click.command("compare")
@click.argument("session")
@click.option("--policies", required=True, metavar="A,B,...", help="Two policies or more: names or YAML files.")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens.")
@click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@json_option
def compare_command(
    session: str, policies: str, budget: int | None, window: int | None, seed: int, as_json: bool
) -> None:
    """Compare policies on SESSION (file or sample): metrics, and the first turn at which their prompts differ."""
    from memview.replay.compare import compare
    from memview.settings import load_settings

    names = comma_separated(policies, "--policies")
    loaded = load_settings().budgets.applied_to(open_named(session))
    comparison = compare(loaded, names, core_budget=budget, window=window, seed=seed)
    note = comparison.replays[0].workload.tokenizer.note
    if note is not None:
        click.echo(f"[NOTE] {note}", err=True)
    if as_json:
        print_json(_as_dict(comparison))
    else:
        write_lines(_account(comparison))


def _as_dict(comparison: Comparison) -> dict[str, object]:
    """The published shape: `policies` in the order asked for, `divergences` with every turn that differs."""
    labels = comparison.labels
    return {
        "session": comparison.session.session_id,
        "turns": comparison.turn_count,
        "seed": comparison.replays[0].seed,
        "policies": [
            {
                "label": label,
                "name": replay.spec.name,
                "version": replay.spec.version,
                "budgets": {name: getattr(replay.budgets, name) for name in ("window", "core", "retrieval", "reserve")},
                "events": len(replay.events),
                "digest": replay.digest,
                "metrics": replay.metrics,
            }
            for label, replay in zip(labels, comparison.replays, strict=True)
        ],
        "first_divergence": comparison.first_divergence,
        "divergences": [
            {
                "turn": divergence.turn,
                "sections": {
                    section.section: {label: list(own) for label, own in zip(labels, section.own, strict=True)}
                    for section in divergence.sections
                },
            }
            for divergence in comparison.divergences
        ],
    }


def _account(comparison: Comparison) -> Iterator[str]:
    session, replays = comparison.session, comparison.replays
    yield f"Session: {printable(session.session_id)}" + (f", {printable(session.title)}" if session.title else "")
    yield f"Turns: {comparison.turn_count}, seed {replays[0].seed}"
    for label, replay in zip(comparison.labels, replays, strict=True):
        budgets = replay.budgets
        yield (
            f"Policy {label}: window {budgets.window}, core {budgets.core}, retrieved {budgets.retrieval}, "
            f"reserve {budgets.reserve} tokens"
        )
    yield ""
    yield from _metrics(comparison)
    yield ""
    yield from _first_divergence(comparison)


def _metrics(comparison: Comparison) -> list[str]:
    """Metrics down, policies across."""
    from memview.replay.ranking import best_of

    metrics = [replay.metrics for replay in comparison.replays]
    rows = []
    for name in metrics[0]:
        values = [each[name] for each in metrics]
        best = best_of(values, name)
        rows.append([name, *(figure(value, place in best) for place, value in enumerate(values))])
    return table_lines([f"metric ({BEST} best)", *comparison.labels], rows)


def _first_divergence(comparison: Comparison) -> Iterator[str]:
    first = comparison.first_divergence
    if first is None:
        yield f"First divergence: none; the prompts of all {comparison.turn_count} turns hold the same"
        return
    apart = len(comparison.diverging_turns)
    yield (
        f"First divergence: turn {first} of {comparison.turn_count}; "
        f"in {apart} of {comparison.turn_count} turns the prompts differ"
    )
    divergence = comparison.divergence(first)
    for section in divergence.sections:
        held = (
            f"{label} has {_names(own)}"
            for label, own in zip(comparison.labels, section.own, strict=True)
        )  # fmt: skip
        yield f"  In {section.section}: {'; '.join(held)}"
    yield from _why(comparison, divergence)


def _why(comparison: Comparison, divergence: Divergence) -> Iterator[str]:
    for label, events in zip(comparison.labels, comparison.decisions(divergence), strict=True):
        for event in events[:_SHOWN]:
            yield f"  {label}: {event.action} {printable(event.memory_id or '')}: {printable(event.reason)}"
        if len(events) > _SHOWN:
            yield f"  {label}: and {len(events) - _SHOWN} more (`memview replay --policy {label} --events`)"


def _names(ids: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in ids[:_SHOWN]) or "nothing else"
    return shown + (f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else "")
