"""`tokenizer`: which token counters there are, and fetching the vocabulary of an exact one."""

from __future__ import annotations

import click

from memview.cli.options import json_option
from memview.cli.output import print_json, write_lines


@click.group("tokenizer", invoke_without_command=True)
@json_option
@click.pass_context
def tokenizer_command(ctx: click.Context, as_json: bool) -> None:
    """List the token counters, or fetch the vocabulary of an exact one."""
    if ctx.invoked_subcommand is not None:
        return
    from memview.tokens import tokenizer_status

    rows = tokenizer_status()
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    write_lines(
        f"{row.name:12} {'exact   ' if row.exact else 'estimate'}  {'ready' if row.available else 'absent'}  "
        f"{row.description}"
        for row in rows
    )


@tokenizer_command.command("fetch")
@click.argument("name")
@click.option("--url", help="Fetch from here (a mirror) instead of the vendor's address.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds.")
def fetch_command(name: str, url: str | None, timeout: float) -> None:
    """Download the vocabulary of NAME into tiktoken's cache, checked against its known hash."""
    from memview.tokens import fetch_vocabulary

    path = fetch_vocabulary(name, url=url, timeout=timeout)
    write_lines([f"{name}: {path}"])
