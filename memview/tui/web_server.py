"""The inspector in a browser: textual-serve, which answers only pages of its own."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import click
from aiohttp import web
from textual_serve.server import Server

from memview.model.errors import MemviewError

_PAGES = Path(__file__).parent / "web"
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class WebServer(Server):
    """Serves `command`, a shell command that runs the app, on `host` and `port`."""

    def __init__(self, command: str, host: str, port: int) -> None:
        name = f"[{host}]" if ":" in host else host
        # A page of our own: that of textual-serve fetches a font from a server on the internet.
        super().__init__(command, host, port, "memview", public_url=f"http://{name}:{port}", templates_path=_PAGES)

    def run(self) -> None:
        """Serve until Ctrl-C. Raises MemviewError when the address cannot be listened on."""
        try:
            # Looked at before: the server says where it is before it listens there.
            for family, kind, *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
                with socket.socket(family, kind) as trial:
                    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    trial.bind(address)
            self.serve()
        except OSError as error:
            message = f"{self.public_url}: cannot be served ({error.strerror or error}); name another --port or --host"
            raise MemviewError(message) from None

    def initialize_logging(self) -> None:
        """Nothing is logged: what people look at is nobody else's business."""

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - textual-serve's signature
        """Say where to look."""
        click.echo(f"memview is on {self.public_url} until Ctrl-C")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Connect a page with an app of its own, unless another site's page asks.

        A browser lets any site connect to any address of this machine; only `Origin` and `Host` tell them apart.
        """
        if not self._is_own_page(request.headers.get("Origin"), request.headers.get("Host")):
            raise web.HTTPForbidden(text="not a page of this server")
        return await super().handle_websocket(request)

    def _is_own_page(self, origin: str | None, host: str | None) -> bool:
        asked = urlsplit(f"//{host}") if host else None
        if asked is None or origin is None or urlsplit(origin).netloc != asked.netloc:
            return False
        # A name that somebody else has pointed at this machine is none of ours (DNS rebinding).
        return self.host not in _NAMES_OF_THIS_MACHINE or asked.hostname in _NAMES_OF_THIS_MACHINE
