"""`curve`: hit ratio over core budget under several policies, with the optimum's band, and how accesses are spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from memview.cli.evaluate import token_numbers
from memview.cli.options import CORE_TOKENS, WINDOW_TOKENS, comma_separated, json_option, open_named
from memview.cli.output import print_json, write_lines
from memview.cli.text_table import figure, table_lines
from memview.model.display import printable

if TYPE_CHECKING:
    from memview.evaluate.curve import Curve
    from memview.evaluate.reuse import AccessProfile
    from memview.model.session import Session


@click.command("curve")
@click.argument("session")
@click.option("--policies", required=True, metavar="A,B,...", help="Names or YAML files.")
@click.option("--budgets", metavar="N,N,...", help="Core budgets in tokens (default: from tight to saturated).")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="The core budget that the session is looked at with.")
@click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@json_option
def curve_command(
    session: str,
    policies: str,
    budgets: str | None,
    budget: int | None,
    window: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Would a bigger core help SESSION, or a better policy: hit ratios over core budgets, and the offline optimum."""
    from memview.evaluate.curve import curve_of
    from memview.settings import load_settings

    loaded = load_settings().budgets.applied_to(open_named(session))
    names = comma_separated(policies, "--policies")
    asked = token_numbers(budgets, "--budgets")
    curve, profile = curve_of(loaded, names, asked, core_budget=budget, window=window, seed=seed)
    if as_json:
        print_json(as_dict(loaded, curve, profile))
    else:
        write_lines(_account(loaded, curve, profile))


def as_dict(session: Session, curve: Curve, profile: AccessProfile) -> dict[str, object]:
    """The published shape: points and bands are null where a budget cannot work."""
    return {
        "session": session.session_id,
        "budgets": list(curve.budgets),
        "policies": [
            {
                "label": line.label,
                "points": [
                    None
                    if point is None
                    else {
                        "budget": point.budget,
                        "core": point.core,
                        "requests": point.requests,
                        "hits": point.hits,
                        "hit_ratio": point.ratio,
                    }
                    for point in line.points
                ],
            }
            for line in curve.lines
        ],
        "optimum": [
            None if band is None else {"achieved": band.achieved, "certified": band.certified} for band in curve.bands
        ],
        "accesses": {
            "policy": profile.label,
            "budget": profile.budget,
            "requests": profile.requests,
            "cold": profile.cold,
            "within": profile.within,
            "beyond": profile.beyond,
            "histogram": [bucket._asdict() for bucket in profile.buckets],
            "working_set": {"turns": profile.working_turns, "tokens": list(profile.working_set)},
        },
    }


def _account(session: Session, curve: Curve, profile: AccessProfile) -> Iterator[str]:
    yield f"Session: {printable(session.session_id)}" + (f", {printable(session.title)}" if session.title else "")
    yield f"Core now: {profile.budget} tokens. Hit ratio by core budget; the optimum is an offline schedule found, and"
    yield "what no policy can exceed."
    yield ""
    rows = []
    for place, budget in enumerate(curve.budgets):
        points = [line.points[place] for line in curve.lines]
        band = curve.bands[place]
        edges = (None, None) if band is None else (band.achieved, band.certified)
        ratios = [None if point is None else point.ratio for point in points]
        now = " now" if budget == profile.budget else ""
        rows.append([f"{budget}{now}", *(figure(ratio) for ratio in (*ratios, *edges))])
    yield from table_lines(["core", *(line.label for line in curve.lines), "optimum found", "no more than"], rows)
    if curve.most is not None:
        yield f"No core of more than {curve.most} tokens can be: the window leaves no room for it"
    if profile.budget in curve.budgets:
        yield ""
        for saving in curve.savings(curve.budgets.index(profile.budget)):
            needed = (
                f"{saving.short} to {saving.needed} tokens" if saving.needed else f"more than {saving.short} tokens"
            )
            yield f"As often as {saving.better} at {saving.budget}, {saving.worse} would hit with {needed}"
    yield ""
    yield (
        f"Requests under {profile.label}: {profile.requests}; {profile.cold} for what was not there before, "
        f"{profile.within} come back within {profile.budget} tokens, {profile.beyond} later"
    )
    yield from table_lines(
        ["reuse distance in tokens", "requests"],
        [[f"{max(0, bucket.above + 1)} to {bucket.upto}", str(bucket.requests)] for bucket in profile.buckets],
    )
    yield (
        f"Working set of {profile.working_turns} turns: larger than the core in {profile.turns_over} of "
        f"{len(profile.working_set)} turns, {max(profile.working_set, default=0)} tokens at the most"
    )
