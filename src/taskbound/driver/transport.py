"""Sockets: the end of one whose event loop is closed, and the wait for the other end of one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Any, Self

# Bytes that are read at a time, to be thrown away.
_PORTION = 65536


def cut(transport: Any) -> None:
    """Close the socket of an asyncio transport that can ask its loop for nothing any more.

    `abort()` marks the transport as closing and then fails, because it would leave the rest to the
    loop. What is left of it is the socket.
    """
    plain = getattr(getattr(transport, "_ssl_protocol", None), "_transport", None) or transport
    for layer in {transport, plain}:
        with contextlib.suppress(RuntimeError):
            layer.abort()
    socket = getattr(plain, "_sock", None)
    if socket is not None:
        socket.close()
        plain._sock = None


class Cut:
    """A session whose socket is closed already: when the server lets go of it is not seen.

    Once the server has been asked to end it, it counts as gone.
    """

    __slots__ = ("_looks",)

    def __init__(self) -> None:
        self._looks = 0

    async def gone(self, _seconds: float) -> bool:
        """Whether the server has been asked since the first look."""
        self._looks += 1
        return self._looks > 1

    def release(self) -> None:
        """Nothing is held."""


class Lifeline:
    """The client's end of a session that was cut, kept to see when the server lets go of it.

    A second descriptor of the same socket: what the driver closes stays open until this is released.
    """

    __slots__ = ("_ended", "_socket")

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=os.dup(descriptor))
        self._socket.setblocking(False)
        self._ended = False

    @classmethod
    def of(cls, transport: Any) -> Self | Cut:
        """The lifeline of an asyncio transport, whose socket may be closed already."""
        held = transport.get_extra_info("socket") if transport is not None else None
        return Cut() if held is None or held.fileno() < 0 else cls(held.fileno())

    async def gone(self, seconds: float) -> bool:
        """Wait so many seconds at most for the server to close the session; whether it has."""
        if self._ended:
            return True
        # Nothing more will be said: a server that looks sees that there is nobody to answer.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        try:
            async with asyncio.timeout(seconds):
                await self._closed()
        except TimeoutError:
            return False
        self._ended = True
        return True

    async def _closed(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while await loop.sock_recv(self._socket, _PORTION):
                pass

    def release(self) -> None:
        """Close the socket for good."""
        self._socket.close()
