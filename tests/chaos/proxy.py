"""A TCP proxy that breaks what it carries, in every way that a network does.

It stands between a client and a server on loopback, and refuses any other address. Everything is decided
on the event loop, so that a fault falls exactly where a test wants it: a COMMIT can be delivered and its
answer lost, or the COMMIT itself be lost, and the client cannot tell the one from the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import ipaddress
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

LOOPBACK = "127.0.0.1"

# Bytes that are read at most before they are passed on.
_PORTION = 65536

# Seconds that a server has to take a connection.
_CONNECT = 5.0

# How a COMMIT begins on the wire, by SQLAlchemy's name of the database. The drivers of MariaDB also send
# SET AUTOCOMMIT; 3 is the code of a statement.
COMMIT = {"postgresql": b"COMMIT", "mysql": b"\x03COMMIT"}

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Way(enum.Enum):
    """The direction of a byte."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


BOTH = frozenset(Way)


@dataclass(eq=False)
class Trap:
    """A cut that waits for its moment; it comes once, on the first connection that shows it."""

    way: Way
    needle: bytes | None = None
    """The bytes that spring it; None where it is a number of bytes."""
    at: int = 0
    """Bytes that still pass on a connection, from when the trap was set."""
    delivered: bool = True
    """Whether the bytes that spring it are passed on, and answered, before the cut."""
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


class Proxy:
    """What is between a client and a server. Made by `proxied()`.

    Nothing is broken at first. `restore()` ends delays and hanging, takes traps away, and lets
    connections in again; those that were cut stay cut.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._traps: list[Trap] = []
        self._open = {way: asyncio.Event() for way in Way}
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: set[Carried] = set()
        self.port = 0
        self.delay = 0.0
        """Seconds that each portion of bytes waits, in both directions."""
        self.refuses = False
        """Whether a new connection is reset as soon as it is made."""
        self.restore()

    def restore(self) -> None:
        """Carry everything from now on."""
        self.delay = 0.0
        self.refuses = False
        self._traps.clear()
        for way in Way:
            self._open[way].set()

    def hang(self, ways: frozenset[Way] = BOTH) -> None:
        """Pass nothing on in these directions, without a word: bytes are kept until `restore()`."""
        for way in ways:
            self._open[way].clear()

    def cut(self, how: Literal["RST", "FIN"] = "RST") -> int:
        """End every connection now, towards both sides. Returns how many there were."""
        cut = list(self.connections)
        for connection in cut:
            connection.cut(how)
        return len(cut)

    def cut_at(self, byte: int, way: Way = Way.TO_SERVER) -> Trap:
        """Reset the connection that comes first to so many bytes from now on; they still pass."""
        for connection in self.connections:
            connection.passed[way] = 0
        return self._set(Trap(way, at=byte))

    def cut_on(self, needle: bytes, *, delivered: bool) -> Trap:
        """Reset the connection whose client is the first to send these bytes.

        delivered: True passes them on, waits for the server's answer, and resets in its place; False
            resets before they are passed on.
        """
        return self._set(Trap(Way.TO_SERVER, needle=needle, delivered=delivered))

    def _set(self, trap: Trap) -> Trap:
        self._traps.append(trap)
        return trap

    def traps_on(self, way: Way) -> list[Trap]:
        """The traps that wait for bytes in this direction."""
        return [trap for trap in self._traps if trap.way is way]

    def spring(self, trap: Trap) -> None:
        """Take a trap away, since it has had its connection."""
        self._traps.remove(trap)
        trap.sprung.set()

    async def flows(self, way: Way) -> None:
        """Wait until bytes may pass."""
        if self.delay:
            await asyncio.sleep(self.delay)
        await self._open[way].wait()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client to the server, until one of the two ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            server = await self._server()
        except OSError:
            _reset(writer)
            return
        connection = Carried(self, (reader, writer), server)
        self.connections.add(connection)
        # asyncio's streams complain of a callback that was cancelled, which only `close()` does.
        with contextlib.suppress(asyncio.CancelledError):
            await connection.run()
        self.connections.discard(connection)

    async def _server(self) -> Streams:
        if self.refuses:
            raise ConnectionRefusedError
        async with asyncio.timeout(_CONNECT):
            return await asyncio.open_connection(*self._target)

    async def close(self) -> None:
        """Cut what is left and wait for the end of it."""
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Carried:
    """One client's connection to the server."""

    def __init__(self, proxy: Proxy, client: Streams, server: Streams) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._tails = dict.fromkeys(Way, b"")
        self._answer_is_lost = False
        self.passed = dict.fromkeys(Way, 0)
        """Bytes that have passed, since the last `cut_at()` or the beginning."""

    async def run(self) -> None:
        """Carry bytes in both directions until both have ended."""
        try:
            await asyncio.gather(
                self._pump(Way.TO_SERVER, self._client[0], self._server[1]),
                self._pump(Way.TO_CLIENT, self._server[0], self._client[1]),
            )
        except OSError:
            # Whichever side has reset the connection, the other one sees the same.
            self.cut("RST")
        finally:
            self._client[1].close()
            self._server[1].close()

    def cut(self, how: Literal["RST", "FIN"]) -> None:
        """End the connection towards both sides."""
        for _, writer in (self._client, self._server):
            if how == "RST":
                _reset(writer)
            else:
                writer.close()

    async def _pump(
        self, way: Way, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        while portion := await source.read(_PORTION):
            await self._proxy.flows(way)
            if way is Way.TO_CLIENT and self._answer_is_lost:
                self.cut("RST")
                return
            passing = self._trapped(way, portion)
            sink.write(portion if passing is None else portion[:passing])
            await sink.drain()
            if passing is not None:
                await self._cut_when_flushed(sink)
                return
        with contextlib.suppress(OSError):
            sink.write_eof()

    def _trapped(self, way: Way, portion: bytes) -> int | None:
        """How many bytes of a portion still pass before the connection is cut; None: it is not cut."""
        before = self.passed[way]
        self.passed[way] = before + len(portion)
        seen = self._tails[way] + portion
        for trap in self._proxy.traps_on(way):
            if trap.needle is not None and trap.needle in seen:
                self._proxy.spring(trap)
                if not trap.delivered:
                    return 0
                self._answer_is_lost = True
            elif trap.needle is None and before + len(portion) >= trap.at:
                self._proxy.spring(trap)
                return max(0, trap.at - before)
        # A needle may come in two portions.
        longest = max((len(trap.needle or b"") for trap in self._proxy.traps_on(way)), default=0)
        self._tails[way] = seen[-longest + 1 :] if longest > 1 else b""
        return None

    async def _cut_when_flushed(self, sink: asyncio.StreamWriter) -> None:
        """Reset, but not before what was to pass is with the other side's kernel."""
        while sink.transport.get_write_buffer_size() and not sink.transport.is_closing():
            await asyncio.sleep(0)
        self.cut("RST")


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with an RST in the place of a FIN."""
    opened: socket.socket | None = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if opened is not None and opened.fileno() >= 0:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of a server, on a loopback port of its own.

    Raises `ValueError` for a host that is not on loopback.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"the proxy of the tests stays on loopback: {host} is elsewhere")
    proxy = Proxy(host, port)
    server = await asyncio.start_server(proxy.carry, LOOPBACK, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
