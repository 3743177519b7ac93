"""Requests as fast as one core can ask: HTTP/1.1 on connections that are kept, nothing parsed twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

LOOPBACK = "127.0.0.1"


class RequestFailed(Exception):
    """Raised where a server answers with anything but 200."""


async def asked(port: int, path: str) -> bytes:
    """The body of one answer."""
    async with _Asking(port) as asking:
        return await asking.ask(path)


async def requests_in(seconds: float, port: int, path: Callable[[], str], clients: int) -> int:
    """How many requests are answered in that time.

    path: gives the path of the next request.
    clients: connections, each with one request at a time.
    """
    async with AsyncExitStack() as opened:
        asking = [await opened.enter_async_context(_Asking(port)) for _ in range(clients)]
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_ask_until(end, one, path)) for one in asking]
    return sum(task.result() for task in tasks)


async def _ask_until(end: float, asking: _Asking, path: Callable[[], str]) -> int:
    count = 0
    while time.monotonic() < end:
        await asking.ask(path())
        count += 1
    return count


class _Asking:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, path: str) -> bytes:
        """The body of the answer. Raises `RequestFailed` where the status is not 200."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            raise RequestFailed(f"GET {path}: {head[:40]!r} {body[:200]!r}")
        return body
