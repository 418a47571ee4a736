"""`export`: a replay or a comparison as a file that other programs open."""

from __future__ import annotations

from pathlib import Path

import click

from memview.cli.options import CORE_TOKENS, WINDOW_TOKENS, open_named, prepare_replay
from memview.cli.output import write_lines
from memview.model.display import printable

_PICTURE = "svg"
_FORMS = ("html", "jsonl", "csv", "chrome-trace", _PICTURE)


@click.command("export")
@click.argument("session")
@click.option("--as", "form_name", type=click.Choice(_FORMS), required=True, help="What to make of it.")
@click.option("--policy", "policies", multiple=True, metavar="P", help="Policy; repeat it to put several side by side.")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens.")
@click.option("--window", type=WINDOW_TOKENS, metavar="N", help="Prompt window in tokens.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of policies that draw.")
@click.option("--turn", type=click.IntRange(min=0), default=1, show_default=True, help="The turn that an svg shows.")
@click.option("--size", default="120x40", show_default=True, metavar="WxH", help="Cells of an svg.")
@click.option("--theme", metavar="T", help="Theme of an svg.")
@click.option("--reveal", is_flag=True, help="Do not mask sensitive memories, credentials and personal data.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
def export_command(
    session: str,
    form_name: str,
    policies: tuple[str, ...],
    budget: int | None,
    window: int | None,
    seed: int,
    turn: int,
    size: str,
    theme: str | None,
    reveal: bool,
    output: Path,
) -> None:
    """Write SESSION, replayed, as a web page, a table or log of its events, a Perfetto trace, or a picture.

    A web page holds up to four policies side by side, a trace up to eight, a log or table one.
    """
    if form_name == _PICTURE:
        _save_picture(session, policies, budget, turn, size, theme, output)
    else:
        _save_replays(session, form_name, policies, (budget, window), seed, output, reveal=reveal)
    write_lines([f"{printable(str(output))}: {output.stat().st_size} bytes"])


def _save_replays(
    name: str,
    form_name: str,
    policies: tuple[str, ...],
    budgets: tuple[int | None, int | None],
    seed: int,
    output: Path,
    *,
    reveal: bool,
) -> None:
    from memview.exports.forms import form_called, write_export
    from memview.replay.divergence import distinct_labels
    from memview.replay.governance_masks import Masks

    form = form_called(form_name)
    if len(policies) > form.most:
        most = "one policy" if form.most == 1 else f"at most {form.most} policies"
        raise click.UsageError(f"--as {form_name} holds {most}", ctx=click.get_current_context())
    session = open_named(name)
    replays = [prepare_replay(session, policy, *budgets, seed).run() for policy in policies or (None,)]
    labels = distinct_labels([replay.spec.label for replay in replays])
    write_export(form, list(zip(labels, replays, strict=True)), Masks(revealed=reveal), output)


def _save_picture(
    name: str, policies: tuple[str, ...], budget: int | None, turn: int, size: str, theme: str | None, output: Path
) -> None:
    from memview.sessions.catalogue import find_session
    from memview.sessions.writer import replacing
    from memview.tui.picture import picture_of

    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 20 <= int(width) <= 500 and 5 <= int(height) <= 300):
        raise click.UsageError(f"--size {size!r}: write it as 120x40", ctx=click.get_current_context())
    text = picture_of(find_session(name), policies, budget, theme, (int(width), int(height)), turn)
    with replacing(output) as stream:
        stream.write(text.encode())
