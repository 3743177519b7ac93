"""A shop in a process of its own: `python -m bench.web.serving shop|usual`, its database on stdin.

It prints its port when it listens. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url

from taskbound import Database

LOOPBACK = "127.0.0.1"

# Connections that each shop keeps.
POOL = 10


def main() -> None:
    """Serve until the standard input ends."""
    url = sys.stdin.readline().strip()
    asyncio.run(_serve(_shop(sys.argv[1], url)))


def _shop(kind: str, url: str) -> FastAPI:
    # Each process has one of the two in memory.
    if kind == "usual":
        from bench.usual_shop.app import create_app as create_usual

        return create_usual(make_url(url), pool_size=POOL)
    from shop.app import create_app

    return create_app(Database(url, pool_size=POOL))


async def _serve(app: FastAPI) -> None:
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server((LOOPBACK, 0)) as listener:
        # Else the body of an answer waits 40 ms for the acknowledgement of its head: only a server that
        # makes its own socket sets this. Accepted connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(listener.getsockname()[1], flush=True)
        ending = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
        ending.add_done_callback(lambda _: setattr(server, "should_exit", True))
        await server.serve(sockets=[listener])


if __name__ == "__main__":
    main()
