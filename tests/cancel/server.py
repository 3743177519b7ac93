"""Waiting for what a server does, by asking it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import make_url

from taskbound import Database
from tests.chaos.storm_server import Sessions, sessions

# Seconds after which what is waited for does not come any more.
LONGEST = 20.0


async def server_shows(url: str, what: Callable[[Sessions], bool]) -> None:
    """Wait until the server shows it. Each question is a round trip in a thread."""
    async with asyncio.timeout(LONGEST):
        while not what(await asyncio.to_thread(sessions, make_url(url))):
            pass


async def nothing_left(database: Database, url: str) -> None:
    """Wait until nothing of a cancelled task is left, on the server or in a thread."""
    assert database.statistics().checked_out == 0
    assert database._farewells is not None
    # MariaDB looks by itself every five seconds whether a sleeper's client is there.
    await database._farewells.settled(4.0)
    assert not database._farewells.pending
    await server_shows(url, lambda found: not found.running and not found.in_transaction)
