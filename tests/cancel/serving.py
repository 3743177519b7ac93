"""Hypercorn beside the uvicorn of the shop's tests: a real server, in the loop of the test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI
from hypercorn.asyncio import serve
from hypercorn.config import Config


@asynccontextmanager
async def serving_by_hypercorn(app: FastAPI) -> AsyncIterator[str]:
    """The address at which `app` answers on a free port, until the block ends."""
    end = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = Config()
        config.bind = [f"fd://{listener.detach()}"]
        config.errorlog = None
        config.graceful_timeout = 1.0
        sockets = config.create_sockets()
        address = sockets.insecure_sockets[0].getsockname()
        # Made here, so that the address is known before it serves.
        config.create_sockets = lambda: sockets  # type: ignore[method-assign]  # of this one
        served = asyncio.create_task(serve(cast("Any", app), config, shutdown_trigger=end.wait))
        try:
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            end.set()
            await served
