"""What a database's only connection sends, as the driver's library or the server has counted it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.util import greenlet_spawn

from taskbound import Database

_SENT = re.compile(r"^F\t\d+\t(?:Query|Parse)\t[^\n]*?\"\s*(\w+)", re.MULTILINE)
_COUNTED = ("begin", "commit", "rollback", "select", "savepoint", "set_option")


@asynccontextmanager
async def sent(database: Database, folder: Path) -> AsyncIterator[Counter[str]]:
    """How many statements begin with which word, filled in when the block ends."""
    found: Counter[str] = Counter()
    connection = await _only_connection(database)
    recording = _RECORDINGS[database.engine.dialect.driver](connection, folder)
    await anext(recording)
    yield found
    found.update(await anext(recording))
    await recording.aclose()


async def _only_connection(database: Database) -> Any:
    held = await database.engine.raw_connection()
    connection = held.driver_connection
    await greenlet_spawn(held.close)
    return connection


async def _of_aiosqlite(connection: Any, _folder: Path) -> AsyncIterator[Counter[str]]:
    texts: list[str] = []
    await connection.set_trace_callback(texts.append)
    yield Counter()
    await connection.set_trace_callback(None)
    yield Counter(map(_word, texts))


async def _of_asyncpg(connection: Any, _folder: Path) -> AsyncIterator[Counter[str]]:
    texts: list[str] = []

    def note(logged: Any) -> None:
        texts.append(logged.query)

    connection.add_query_logger(note)
    yield Counter()
    # The logger is called by the loop.
    await asyncio.sleep(0)
    connection.remove_query_logger(note)
    yield Counter(map(_word, texts))


async def _of_psycopg(connection: Any, folder: Path) -> AsyncIterator[Counter[str]]:
    from psycopg.pq import Trace

    file = folder / "trace"
    with file.open("w") as written:
        connection.pgconn.trace(written.fileno())
        connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        yield Counter()
        connection.pgconn.untrace()
    yield Counter(word.upper() for word in _SENT.findall(file.read_text()))


async def _of_mysql(connection: Any, _folder: Path) -> AsyncIterator[Counter[str]]:
    before = await _status(connection)
    yield Counter()
    yield await _status(connection) - before


async def _status(connection: Any) -> Counter[str]:
    async with connection.cursor() as cursor:
        await cursor.execute("SHOW SESSION STATUS LIKE 'Com\\_%'")
        counted = {name.removeprefix("Com_"): int(count) for name, count in await cursor.fetchall()}
    return Counter({name.upper(): counted[name] for name in _COUNTED})


def _word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip(";").upper()


_RECORDINGS: dict[str, Any] = {
    "aiosqlite": _of_aiosqlite,
    "asyncpg": _of_asyncpg,
    "psycopg": _of_psycopg,
    "aiomysql": _of_mysql,
    "asyncmy": _of_mysql,
}
