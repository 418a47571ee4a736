"""`serve`: the inspector in a web browser, through textual-serve (the extra `memview[web]`)."""

from __future__ import annotations

import shlex
import sys

import click

from memview.cli.options import CORE_TOKENS
from memview.model.errors import MemviewError

_LOCAL = ("localhost", "127.0.0.1", "::1")


@click.command("serve")
@click.argument("session", required=False)
@click.option("--policy", "policies", multiple=True, metavar="P", help="Policy to replay under; repeat to load more.")
@click.option("--budget", type=CORE_TOKENS, metavar="N", help="Core budget in tokens.")
@click.option("--theme", metavar="T", help="Colour theme (`memview themes` lists them).")
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
def serve_command(
    session: str | None, policies: tuple[str, ...], budget: int | None, theme: str | None, host: str, port: int
) -> None:
    """Serve the inspector on SESSION (without one, the session picker) to a web browser, until Ctrl-C.

    Every page that connects gets an inspector of its own. Only this machine can connect unless --host says otherwise;
    whoever can connect can read what you can read.
    """
    from memview.policies import load_policy
    from memview.sessions.catalogue import find_session
    from memview.tui.themes import load_theme

    # What is wrong is said here once, and not in every browser.
    if session is not None:
        find_session(session)
    for policy in policies:
        load_policy(policy)
    if theme is not None:
        load_theme(theme)
    try:
        from memview.tui.web_server import WebServer
    except ModuleNotFoundError as error:
        raise MemviewError(
            f"serve needs the package {error.name}; install it with: pip install 'memview[web]'"
        ) from None
    if host not in _LOCAL:
        click.echo(f"[WARN] {host}: everybody who reaches this address can open your files with it", err=True)
    command = [sys.executable, "-m", "memview", "open", *([session] if session else [])]
    for policy in policies:
        command += ["--policy", policy]
    command += ["--budget", str(budget)] if budget is not None else []
    command += ["--theme", theme] if theme is not None else []
    WebServer(shlex.join(command), host, port).run()
