"""What the drivers of MySQL and MariaDB have in common: both are grown from PyMySQL."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Remains, Stream
from taskbound.driver.transport import Lifeline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from taskbound.driver.facts import Spare

# Characters of a statement of many rows: as the drivers have it, below the server's `max_allowed_packet`.
_LONGEST = 1_000_000
# An INSERT up to the parenthesis of its values; a name or a text in quotes may hold anything.
_VALUES = re.compile(r"(?:`[^`]*`|'(?:[^'\\]|\\.|'')*'|[^`'])*? VALUES \(", re.DOTALL)
_TOKEN = re.compile(r"`[^`]*`|'(?:[^'\\]|\\.|'')*'|[()]", re.DOTALL)
# The packet that says that nothing more will come.
_QUIT = b"\x01\x00\x00\x00\x01"
# ER_LOCK_DEADLOCK. After ER_LOCK_WAIT_TIMEOUT the transaction goes on.
_DEADLOCK = 1213


def connect_args(seconds: float) -> Mapping[str, Any]:
    """The limit of the drivers' `connect`, in seconds."""
    return {"connect_timeout": seconds}


async def ping(connection: Any) -> None:
    """Run one statement, in one round trip."""
    # A statement, not COM_PING: a Galera node without quorum answers the one and refuses the other.
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT 1")


async def fetch(connection: Any, sql: str, arguments: Any) -> Sequence[Any]:
    """All rows of a statement, read into memory."""
    async with connection.cursor() as cursor:
        await cursor.execute(sql, arguments)
        rows: Sequence[Any] = await cursor.fetchall()
        return rows


async def execute(connection: Any, sql: str, arguments: Any) -> int:
    """Run a statement that returns no rows; SQLAlchemy has the server count the rows that it has found."""
    async with connection.cursor() as cursor:
        found: int = await cursor.execute(sql, arguments)
        return found


async def execute_many(connection: Any, sql: str, rows: Collection[Any]) -> None:
    """Run an INSERT for each of the arguments: many rows a statement, as the drivers' `executemany` does."""
    async with connection.cursor() as cursor:
        for statement in _written_out(cursor, sql, rows):
            await cursor.execute(statement)


async def fetch_many(connection: Any, sql: str, rows: Collection[Any]) -> Sequence[Any]:
    """The rows that an INSERT returns for each of the arguments."""
    found: list[Any] = []
    async with connection.cursor() as cursor:
        for statement in _written_out(cursor, sql, rows):
            await cursor.execute(statement)
            found += await cursor.fetchall()
    return found


def _written_out(cursor: Any, sql: str, rows: Collection[Any]) -> Iterator[str]:
    """Statements of many rows each, with their values escaped by the driver."""
    # The drivers' own leave out what has RETURNING behind the values.
    before, group, after = _parts(sql)
    written, size = list[str](), 0
    for row in rows:
        values = cursor.mogrify(group, row)
        if written and size + len(values) > _LONGEST:
            yield f"{before}{', '.join(written)}{after}"
            written, size = [], 0
        written.append(values)
        size += len(values) + 2
    if written:
        yield f"{before}{', '.join(written)}{after}"


@lru_cache(maxsize=512)
def _parts(sql: str) -> tuple[str, str, str]:
    """An INSERT before the values of its row, those, and what comes behind them."""
    place = _VALUES.match(sql)
    if place is None:
        raise ValueError("INSERT without VALUES")
    start = end = place.end() - 1
    depth = 0
    for token in _TOKEN.finditer(sql, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if not depth:
            end = token.end()
            break
    # Doubled signs of per cent are for the formatting that the row alone goes through.
    return sql[:start].replace("%%", "%"), sql[start:end], sql[end:].replace("%%", "%")


async def change_many(connection: Any, sql: str, arguments: Sequence[Any]) -> int:
    """Run a statement once for each of several arguments, one after the other."""
    # So does `executemany` of the drivers, but for the bulk protocol of MariaDB, which does not count.
    async with connection.cursor() as cursor:
        return sum([await cursor.execute(sql, each) for each in arguments])


async def stream(cursor: Any, sql: str, arguments: Any, size: int) -> Stream:
    """The rows of a statement, through a cursor that leaves them on the wire."""
    await cursor.execute(sql, arguments)
    return Stream(partial(cursor.fetchmany, size), cursor.close)


def ended_by(_connection: object, error: BaseException) -> bool:
    """Whether InnoDB has rolled the whole transaction back, to resolve a deadlock."""
    return error.args[:1] == (_DEADLOCK,)


def terminate(connection: Any, transport: Any) -> None:
    """Say goodbye and close the socket, without waiting for the server."""
    if transport is not None and not transport.is_closing():
        transport.write(_QUIT)
    connection.close()


def abandon(connection: Any, transport: Any) -> Remains:
    """Close the socket; what is left is the session, which goes on with its statement unless killed."""
    lifeline = Lifeline.of(transport)
    connection.close()
    kill = partial(_kill, connection.thread_id())
    return Remains(lifeline.gone, kill, lifeline.release)


async def _kill(session: int, spare: Spare) -> None:
    # The session, not its statement: one that has not read its last statement yet would still run it.
    await spare(f"KILL {session:d}")


def in_transaction(connection: Any) -> bool:
    """Whether the server's last answer has said that a transaction is open: SERVER_STATUS_IN_TRANS."""
    return bool(connection.get_transaction_status())
