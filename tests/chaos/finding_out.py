"""How many errors the users of a pool see before it has found out that its connections are gone."""

from __future__ import annotations

import asyncio

from sqlalchemy import URL, select, text

from taskbound import Database, TaskSession
from tests.chaos.figures import Figure, control
from tests.chaos.ledger import Account, BalanceRead, open_bank
from tests.chaos.server_side import kill_one

_POOL = 4

# What a client tries with a session that it does not let go of.
_TRIES = 5


async def errors_per_kill(url: URL, where: str, *, rounds: int) -> list[Figure]:
    """The most errors that a killed connection has cost, with one killed and with all of them."""
    async with Database(url) as whole:
        await open_bank(whole)
    async with Database(url, pool_size=_POOL) as database:
        await _wave(database)
        figures = []
        for kills, what in ((1, "one of the pool killed"), (_POOL, "all of the pool killed")):
            seen = [await _round(database, url, kills) / kills for _ in range(rounds)]
            figures.append(
                Figure(
                    "F11", where, f"errors a connection: {what}", max(seen), 1, of=rounds * kills
                )
            )
        kept = await _kept_session(database, url)
        return [
            *figures,
            control("F11", where, "errors a connection: kept session", kept, of=1, least=2),
        ]


async def _round(database: Database, url: URL, kills: int) -> int:
    """The errors after so many connections of a full pool were killed."""
    for _ in range(kills):
        await asyncio.to_thread(kill_one, url)
    errors = 0
    while seen := await _wave(database):
        errors += seen
    return errors


async def _wave(database: Database) -> int:
    """Use every connection of the pool at once. Returns how many of the users saw an error."""
    using = (_use(database, number) for number in range(_POOL))
    return sum(
        isinstance(answer, Exception)
        for answer in await asyncio.gather(*using, return_exceptions=True)
    )


async def _use(database: Database, number: int) -> None:
    """One of the three ways to a connection, in turn."""
    if number % 3 == 0:
        await database.project(BalanceRead, Account).get(1)
    elif number % 3 == 1:
        async with database.session() as session:
            await session.get(Account, 1)
    else:
        async with database.begin() as session:
            await session.execute(text("UPDATE account SET balance = balance"))


async def _kept_session(database: Database, url: URL) -> int:
    """The errors of a client that goes on with the session whose connection was killed."""
    errors = 0
    async with database.session() as session:
        await session.execute(select(1))
        while not errors:
            await asyncio.to_thread(kill_one, url)
            errors += await _fails(session)
        for _ in range(_TRIES):
            errors += await _fails(session)
        await session.rollback()
    return errors


async def _fails(session: TaskSession) -> bool:
    try:
        await session.execute(select(1))
    except Exception:
        return True
    return False
