"""asyncpg: PostgreSQL's binary protocol."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Copy, Driver, Remains, Stream
from taskbound.driver.transport import Lifeline, cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping, Sequence

    from asyncpg import Connection


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"timeout": seconds}


async def _ping(connection: Connection[Any]) -> None:
    # The simple query protocol: one round trip, nothing prepared, and right behind any pooler.
    await connection.execute("SELECT 1")


def _terminate(connection: Connection[Any]) -> None:
    connection.terminate()


async def _opened(*args: Any, **kwargs: Any) -> Any:
    # Imported with the first connection: programs on other databases do without it.
    import asyncpg

    return await asyncpg.connect(*args, **kwargs)


def _abandon(connection: Any) -> Remains | None:
    protocol, lifeline = connection._protocol, Lifeline.of(connection._transport)
    if protocol is None:
        lifeline.release()
        return None
    # The driver's own request is waited for by nobody here, and would end with the connection.
    request = partial(
        _request_cancel,
        loop=connection._loop,
        addr=connection._addr,
        params=connection._params,
        backend_pid=protocol.backend_pid,
        backend_secret=protocol.backend_secret,
    )
    connection.terminate()
    return Remains(lifeline.gone, request, lifeline.release)


async def _request_cancel(_spare: object, **session: Any) -> None:
    from asyncpg import connect_utils

    await connect_utils._cancel(**session)


def _sever(connection: Connection[Any]) -> None:
    transport = connection._transport
    # It marks the connection as closed before it asks the loop.
    with contextlib.suppress(RuntimeError):
        connection.terminate()
    cut(transport)


def _fetch(
    connection: Connection[Any], sql: str, arguments: Sequence[Any]
) -> Awaitable[Sequence[Any]]:
    # Not a coroutine of its own: each one on the way costs at every step of the event loop.
    rows: Awaitable[Sequence[Any]] = connection.fetch(sql, *arguments)
    return rows


async def _execute(connection: Connection[Any], sql: str, arguments: Sequence[Any]) -> int:
    status: str = await connection.execute(sql, *arguments)
    # "INSERT 0 1", "UPDATE 3"; of what writes no rows the verb alone.
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


async def _execute_many(connection: Connection[Any], sql: str, rows: Collection[Any]) -> None:
    # The driver sends them in portions, without a wait in between.
    await connection.executemany(sql, rows)


async def _fetch_many(
    connection: Connection[Any], sql: str, rows: Collection[Any]
) -> Sequence[Any]:
    found: Sequence[Any] = await connection.fetchmany(sql, rows)
    return found


async def _copy(connection: Connection[Any], copy: Copy, rows: Collection[Any]) -> None:
    # In binary: the driver asks the server for the types of the columns.
    await connection.copy_records_to_table(
        copy.table, records=rows, columns=copy.columns, schema_name=copy.schema
    )


async def _change_many(connection: Connection[Any], sql: str, arguments: Sequence[Any]) -> int:
    # `executemany` does not say how many rows there were.
    rows: Sequence[Any] = await connection.fetchmany(f"{sql} RETURNING 1", arguments)
    return len(rows)


async def _stream(
    connection: Connection[Any], sql: str, arguments: Sequence[Any], size: int
) -> Stream:
    # The server keeps the state of the moment in which the portal was opened.
    cursor: Any = await connection.cursor(sql, *arguments)
    return Stream(partial(cursor.fetch, size), partial(cursor._close_portal, None))


def _begin(adapter: Any) -> Awaitable[object] | None:
    # SQLAlchemy's adapter sends BEGIN with the first statement of its own.
    if adapter._transaction is not None or adapter.isolation_level == "autocommit":
        return None
    if adapter.driver_connection.is_in_transaction():
        return None
    started: Awaitable[object] = adapter._start_transaction()
    return started


def _commit(adapter: Any) -> Awaitable[object] | None:
    transaction = adapter._transaction
    if transaction is None:
        return None
    # SQLAlchemy 2.1 has one method for both ends of a transaction.
    ended = getattr(adapter, "_call_and_discard", None)
    committed: Awaitable[object] = (
        adapter._commit_and_discard() if ended is None else ended(transaction.commit)
    )
    return committed


def _ended_by(_connection: object, error: BaseException) -> bool:
    # What the driver refuses before it is sent has no severity.
    return getattr(error.__cause__ or error, "severity", None) is not None


async def _is_aborted(connection: Connection[Any]) -> bool:
    # Imported with the first commit after an error: programs on other databases do without it.
    from asyncpg import InFailedSQLTransactionError

    # The driver does not tell an aborted transaction from another one; the server refuses anything in it.
    try:
        await connection.execute("SELECT 1")
    except InFailedSQLTransactionError:
        return True
    return False


def _in_transaction(connection: Connection[Any]) -> bool:
    return not connection.is_closed() and connection.is_in_transaction()


DRIVER = Driver(
    "postgresql+asyncpg",
    "asyncpg",
    "postgresql",
    _connect_args,
    _ping,
    _terminate,
    _opened,
    _abandon,
    _sever,
    fetch=_fetch,
    execute=_execute,
    execute_many=_execute_many,
    fetch_many=_fetch_many,
    change_many=_change_many,
    # The server makes a transaction of each statement that comes without one.
    fetch_alone=_fetch,
    ends_alone=True,
    stream=_stream,
    meanwhile="anything",
    ended_by=_ended_by,
    is_aborted=_is_aborted,
    in_transaction=_in_transaction,
    begin=_begin,
    commit=_commit,
    copy=_copy,
)
