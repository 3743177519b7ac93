"""Fetch on the connection, and in the transaction, that SQLAlchemy holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from sqlalchemy import Connection
from sqlalchemy.util import greenlet_spawn

from taskbound.awaiting import run_to_the_end
from taskbound.engine.raw_transaction import RawTransaction
from taskbound.read.failing import translated
from taskbound.read.log import log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Sequence

    from taskbound.driver.facts import Copy, Driver
    from taskbound.plan.layout import Rows
    from taskbound.statement import Arguments

Kind: TypeAlias = Literal["fetch", "execute", "change_many"]


@overload
async def fetch_inside(
    connection: Connection | RawTransaction, driver: Driver | None, sql: str, arguments: Arguments
) -> Rows: ...


@overload
async def fetch_inside(
    connection: Connection | RawTransaction,
    driver: Driver | None,
    sql: str,
    arguments: Arguments,
    kind: Kind,
) -> Any: ...


async def fetch_inside(
    connection: Connection | RawTransaction,
    driver: Driver | None,
    sql: str,
    arguments: Arguments,
    kind: Kind = "fetch",
) -> Any:
    """The rows of a statement in the connection's transaction, which is begun on the server if need be.

    kind: "execute" for a statement that returns no rows; then how many it has found to write.
        "change_many" for one that is run once for each of several arguments.

    Raises the `sqlalchemy.exc.DBAPIError` that SQLAlchemy would raise. A connection that is lost, or in
    the middle of something because the task was cancelled, is invalidated as SQLAlchemy does it.
    """
    adapter: Any = connection.connection.dbapi_connection
    if connection._echo:
        log(connection.engine, sql, arguments)
    try:
        if driver is None:
            return await greenlet_spawn(_BY_ADAPTER[kind], adapter, sql, arguments)
        if (begun := _begun(connection, driver, adapter)) is not None:
            await begun
        return await getattr(driver, kind)(adapter.driver_connection, sql, arguments)
    except BaseException as error:
        await fail_inside(error, connection, sql, arguments)
        raise


async def many_inside(
    connection: Connection | RawTransaction,
    driver: Driver | None,
    sql: str,
    rows: Collection[Any],
    kind: Literal["execute_many", "fetch_many", "fetch_first"] | Copy,
) -> Any:
    """What a driver's way for many rows answers, as `fetch_inside`.

    kind: the method of the driver, or where a COPY goes to.
    """
    if connection._echo:
        log(connection.engine, sql, [f"{len(rows)} rows"])
    held = connection.connection
    adapter = held.dbapi_connection
    try:
        if driver is None:
            return await greenlet_spawn(_MANY_BY_ADAPTER[str(kind)], adapter, sql, rows)
        if (begun := _begun(connection, driver, adapter)) is not None:
            await begun
        if isinstance(kind, str):
            return await getattr(driver, kind)(held.driver_connection, sql, rows)
        copy: Any = driver.copy
        return await copy(held.driver_connection, kind, rows)
    except BaseException as error:
        # Of several rows nobody knows which one it was, and they may be many.
        shown = next(iter(rows)) if len(rows) == 1 else ()
        await fail_inside(error, connection, sql, shown)
        raise


def _begun(
    connection: Connection | RawTransaction, driver: Driver, adapter: Any
) -> Awaitable[object] | None:
    """What begins the transaction on the server; None where that was done, or the driver does it itself."""
    if isinstance(connection, RawTransaction):
        return None if connection.has_begun else connection.begin()
    return None if driver.begin is None else driver.begin(adapter)


async def begin_to_write_inside(raw: RawTransaction) -> None:
    """Begin a transaction that is about to write, where that is to be done. Raises as `fetch_inside`."""
    try:
        await raw.begin(to_write=True)
    except BaseException as error:
        await fail_inside(error, raw, "BEGIN IMMEDIATE", ())
        raise


async def fail_inside(
    error: BaseException, connection: Connection | RawTransaction, sql: str, arguments: Arguments
) -> None:
    """Raise what stands for an error that came while the connection was used; else the caller raises it.

    The connection is invalidated if need be.
    """
    raw = None
    if not isinstance(connection, Connection):
        raw, connection = connection, connection.made()
        if raw.refused is not None:
            sql, arguments = raw.refused, ()
    if not isinstance(error, Exception):
        # Cancelled: nobody knows what the connection is in the middle of.
        await run_to_the_end(greenlet_spawn(connection.invalidate, error))
        return
    raised, is_lost = translated(
        error,
        connection.connection.dbapi_connection,
        connection.engine,
        sql,
        arguments,
        connection=connection,
    )
    if is_lost:
        # As SQLAlchemy does: the others that were opened before are of the same server.
        connection.engine.pool._invalidate(connection.connection, error, _checkin=False)
        await run_to_the_end(greenlet_spawn(connection.invalidate, error))
    elif raw is not None and raw.refused is not None:
        await raw.give_up()
    if raised is not error:
        raise raised from raised.__cause__


def _fetch_by_adapter(adapter: Any, sql: str, arguments: Arguments) -> Rows:
    """The rows through SQLAlchemy's own form of a driver that taskbound does not know."""
    cursor = adapter.cursor()
    try:
        cursor.execute(sql, arguments)
        rows: Rows = cursor.fetchall()
        return rows
    finally:
        cursor.close()


def _execute_by_adapter(adapter: Any, sql: str, arguments: Arguments) -> int:
    """How many rows a statement has written, through the same."""
    cursor = adapter.cursor()
    try:
        cursor.execute(sql, arguments)
        found: int = cursor.rowcount
        return found
    finally:
        cursor.close()


def _execute_many_by_adapter(adapter: Any, sql: str, rows: Collection[Any]) -> None:
    cursor = adapter.cursor()
    try:
        cursor.executemany(sql, rows)
    finally:
        cursor.close()


def _fetch_many_by_adapter(adapter: Any, sql: str, rows: Collection[Any]) -> Rows:
    return [row for arguments in rows for row in _fetch_by_adapter(adapter, sql, arguments)]


_MANY_BY_ADAPTER = {"execute_many": _execute_many_by_adapter, "fetch_many": _fetch_many_by_adapter}


def _change_many_by_adapter(adapter: Any, sql: str, arguments: Sequence[Any]) -> int:
    """How many rows it has written, run once for each of several arguments."""
    # Drivers do not agree about the row count of `executemany`.
    return sum(_execute_by_adapter(adapter, sql, each) for each in arguments)


_BY_ADAPTER = {
    "fetch": _fetch_by_adapter,
    "execute": _execute_by_adapter,
    "change_many": _change_many_by_adapter,
}
