"""`shop serve`: the shop on a port of this machine."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from shop.app import create_app
from shop.cli.failure import one_line_failures
from shop.cli.seed import filled
from shop.cli.url import UrlOption, open_database

# Ports that are tried, one after the other, when the wanted one is taken.
TRIES = 50
# Seconds that requests may take to end after Ctrl-C.
GRACE = 10


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port, or the next free one; 0 takes any.")
    ] = 8000,
    url: UrlOption = None,
) -> None:
    """Serve the shop; an empty database is filled first."""
    console = Console()
    with one_line_failures():
        asyncio.run(filled(url, console))
        listener = listening(host, port)
    with listener:
        _say_if_taken(console, port, listener.getsockname()[1])
        server = _Server(
            uvicorn.Config(
                create_app(open_database(url)),
                log_level="warning",
                timeout_graceful_shutdown=GRACE,
            ),
            console,
        )
        # uvicorn ends its work on these two and then raises them again; the work has ended then.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        server.run(sockets=[listener])


def _say_if_taken(console: Console, wanted: int, used: int) -> None:
    if used != wanted != 0:
        console.print(f"Port {wanted} is taken; this one is on {used}.", highlight=False)


def _leave(number: int, frame: object) -> None:
    """Let the command end by itself."""


class _Server(uvicorn.Server):
    """A server that says where it is, once it is there."""

    def __init__(self, config: uvicorn.Config, console: Console) -> None:
        super().__init__(config)
        self._console = console

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            if self.started:
                self._say(address(listener))

    def _say(self, base: str) -> None:
        for name, path in (("Shop", "/"), ("API docs", "/docs"), ("Health", "/health")):
            # Not wrapped: the addresses are for people and for programs that read them.
            self._console.print(f"{name}: {base}{path}", soft_wrap=True, highlight=False)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on `port`, or on the next free one. The caller closes it.

    port: 0 takes any free one.

    Raises `OSError` where the address is not of this machine, or where no port is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + TRIES, 65536)
    for candidate in range(port, last):
        try:
            return _prompt(socket.create_server((host, candidate), family=family))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or candidate == last - 1:
                raise
    raise OSError(errno.EADDRINUSE, f"no free port from {port} to {last - 1}")


def _prompt(listener: socket.socket) -> socket.socket:
    # The body of an answer would wait until the client has acknowledged the head: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address(listener: socket.socket) -> str:
    """The address of a listening socket as a browser writes it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
