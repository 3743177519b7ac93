"""Reads without a session: one round trip on a connection of the pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from taskbound.engine.checkout import Checkout
from taskbound.read.failing import translated
from taskbound.read.inside import fetch_inside
from taskbound.read.log import log
from taskbound.read.pool_stream import pool_stream
from taskbound.read.signing import key_of
from taskbound.statement import Target

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine

    from taskbound.driver.facts import Driver
    from taskbound.plan.layout import Rows
    from taskbound.read.run import Fetch
    from taskbound.read.stream import OpenStream, StreamedStatement
    from taskbound.statement import Arguments


class PoolSource:
    """The pool of an engine."""

    __slots__ = ("_driver", "_engine", "dialect")

    def __init__(self, engine: Engine, driver: Driver | None) -> None:
        self._engine = engine
        self._driver = driver
        self.dialect: Dialect = engine.dialect

    @property
    def target(self) -> Target:
        """What to compile for."""
        return Target.of(self.dialect, self._engine.get_execution_options())

    @property
    def cursor_key(self) -> bytes:
        """What the cursors of its pages are signed with."""
        return key_of(self._engine)

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of one statement, which is a transaction by itself."""
        engine, driver = self._engine, self._driver
        if driver is None:
            async with self.transaction() as fetch:
                return await fetch(sql, arguments)
        if engine._should_log_info():
            log(engine, sql, arguments)
        checkout = Checkout(engine)
        held = await checkout.open()
        try:
            rows = await driver.fetch_alone(held.driver_connection, sql, arguments)
        except Exception as error:
            raised, is_lost = translated(error, held.dbapi_connection, engine, sql, arguments)
            if is_lost:
                await checkout.lose(error)
            else:
                await checkout.close(clean=False)
            if raised is error:
                raise
            raise raised from raised.__cause__
        except BaseException as error:
            # Cancelled: nobody knows what the connection is in the middle of.
            await checkout.invalidate(error)
            raise
        await checkout.close(clean=driver.ends_alone)
        return rows

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Fetch]:
        """One transaction for several statements, so that children are those of the parents read before.

        REPEATABLE READ on PostgreSQL, where each statement would see a state of its own otherwise. The other
        engines keep to one state by themselves.
        """
        engine = AsyncEngine(self._engine)
        if self.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        async with engine.begin() as connection:
            inside = cast("Connection", connection.sync_connection)
            yield partial(fetch_inside, inside, self._driver)

    async def stream(self, statement: StreamedStatement) -> OpenStream:
        """The rows of a statement, some at a time, on a connection and in a transaction of its own."""
        return await pool_stream(self._engine, self._driver, statement)
