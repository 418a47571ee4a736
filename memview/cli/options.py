"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from memview.sessions.catalogue import find_session

if TYPE_CHECKING:
    from memview.model.session import Session
    from memview.replay import Replay

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_SESSION = "session_01"
MOST_TOKENS = 100_000_000
"""The largest budget: that of a policy file, far above any model's window."""

CORE_TOKENS = click.IntRange(min=0, max=MOST_TOKENS)
WINDOW_TOKENS = click.IntRange(min=1, max=MOST_TOKENS)


def policy_options(command: _Command) -> _Command:
    """`--policy`, `--budget`, `--window`, `--seed` of a command that replays."""
    options = (
        click.option("--policy", metavar="P", help="Policy name, name@version, or a YAML policy file."),
        click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens."),
        click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens."),
        click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def json_option(command: _Command) -> _Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def comma_separated(text: str, option: str) -> list[str]:
    """The parts of `A,B,...`. Raises a usage error for an empty one."""
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise click.UsageError(f"{option} {text!r}: an empty name between commas", ctx=click.get_current_context())
    return parts


def open_named(name: str) -> Session:
    """The session called `name` (a file, or a sample). What an import could not map is told on stderr."""
    from memview.model.display import printable
    from memview.sessions.importers import open_session

    imported = open_session(find_session(name))
    for note in imported.notes:
        click.echo(f"[NOTE] {printable(note)}", err=True)
    return imported.session


def prepare_replay(session: Session, policy: str | None, budget: int | None, window: int | None, seed: int) -> Replay:
    """A replay that has computed nothing yet; what is not given comes from policy, settings, session in this order."""
    from memview.policies import load_policy
    from memview.replay import Replay, Workload
    from memview.settings import load_settings

    settings = load_settings()
    workload = Workload(settings.budgets.applied_to(session))
    if workload.tokenizer.note is not None:
        click.echo(f"[NOTE] {workload.tokenizer.note}", err=True)
    return Replay(
        workload,
        load_policy(settings.policy if policy is None else policy),
        budget,
        window,
        seed=seed,
    )
