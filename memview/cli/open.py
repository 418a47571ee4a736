"""`memview [SESSION]`: the inspector on a terminal, the plain account anywhere else."""

from __future__ import annotations

import click

from memview.cli.launch import is_on_terminal, open_inspector
from memview.cli.options import CORE_TOKENS, open_named, prepare_replay
from memview.cli.output import write_lines


@click.command("open", short_help="Open a session in the inspector (the default).")
@click.argument("session", required=False)
@click.option("--policy", "policies", multiple=True, metavar="P", help="Policy to replay under; repeat to load more.")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens.")
@click.option("--theme", metavar="T", help="Colour theme (`memview themes` lists them).")
@click.option("--plain", is_flag=True, help="Print a plain account instead of opening the inspector.")
@click.option("--reveal", is_flag=True, help="Do not mask sensitive texts in the plain account.")
def open_command(
    session: str | None, policies: tuple[str, ...], budget: int | None, theme: str | None, plain: bool, reveal: bool
) -> int:
    """Open SESSION (a file, or the name of a sample) in the inspector; without one, the session picker."""
    if theme is not None:
        from memview.tui.themes import load_theme

        # A theme that is asked for by name has to exist; one in the settings only makes a complaint on the screen.
        load_theme(theme)
    if plain or not is_on_terminal():
        _print_plain(session, policies, budget, reveal)
        return 0
    return open_inspector(session, policies, budget, theme)


def _print_plain(session: str | None, policies: tuple[str, ...], budget: int | None, reveal: bool) -> None:
    if session is None:
        from memview.sessions.catalogue import list_samples

        write_lines(["Sample sessions; open one with: memview SESSION"])
        write_lines(f"{info.session_id}: {info.title}, {info.turns} turns. {info.lesson}" for info in list_samples())
        return
    from memview.cli.plain import account
    from memview.replay.governance_masks import Masks

    loaded = open_named(session)
    for number, policy in enumerate(policies or (None,)):
        if number:
            write_lines([""])
        write_lines(account(prepare_replay(loaded, policy, budget, None, 0).run(), Masks(revealed=reveal)))
