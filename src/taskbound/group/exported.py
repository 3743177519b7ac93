"""PostgreSQL: the snapshot of one transaction, exported for others to begin in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker

from taskbound.engine.snapshot import at_each_begin
from taskbound.errors import NoSnapshot
from taskbound.group.refusing import ended, too_small
from taskbound.group.sessions import Sessions
from taskbound.place import calling_place
from taskbound.session import TaskSession

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.filters.chosen import Filters
    from taskbound.guard.modes import Modes

# How the server names a snapshot. It stands in the statement as it is, since SET takes no parameters.
_NAME = re.compile(r"[0-9A-F-]+")
# Servers that speak PostgreSQL's protocol and have no such function, or no such thing.
_NOT_THERE = ("42883", "0A000")
# What the server says of a snapshot whose transaction has ended.
_GONE = ("22023", "42704")


class Exported:
    """A snapshot, from the moment that the opener's transaction shows it until that one ends."""

    def __init__(self, engine: AsyncEngine, modes: Modes, filters: Filters) -> None:
        # All statements of such a transaction see one state, and the server refuses each that writes.
        reading = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._name: str | None = None
        # Its transaction is there to be held, for as long as the children work.
        laws: dict[str, Any] = {"guard": modes, "filters": filters}
        self._openers = _factory(at_each_begin(reading, self._keep), held_budget=None, **laws)
        self._children = _factory(at_each_begin(reading, self._import), **laws)

    @asynccontextmanager
    async def opened(self, capacity: int | None) -> AsyncIterator[Sessions]:
        """The sessions, for as long as the opener's is open.

        capacity: connections that the running task may take or leave to children; the opener's session
            takes one of them.
        """
        if capacity is not None and capacity < _FEWEST:
            raise too_small(capacity, _FEWEST)
        async with self._openers() as opener:
            self._name = await _exported(opener)
            yield Sessions(self._children, None if capacity is None else capacity - 1, opener)

    def _keep(self, _connection: Connection) -> None:
        """Refuse a second transaction of the opener's, which would see another state."""
        if self._name is not None:
            raise ended()

    def _import(self, connection: Connection) -> None:
        """Have the transaction of a child begin in the snapshot."""
        try:
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{self._name}'")
        except DBAPIError as error:
            if _state(error) in _GONE:
                raise ended() from error
            raise


# The opener's connection, and one for a child.
_FEWEST = 2


def _factory(engine: AsyncEngine, **laws: Any) -> async_sessionmaker[TaskSession]:
    return async_sessionmaker(engine, class_=TaskSession, **laws)


async def _exported(session: TaskSession) -> str:
    try:
        name: str = (await session.scalars(select(func.pg_export_snapshot()))).one()
    except DBAPIError as error:
        if _state(error) in _NOT_THERE:
            raise _not_there(error) from error
        raise
    if not _NAME.fullmatch(name):
        raise ValueError(f"the server calls its snapshot {name!r}")
    return name


def _not_there(error: DBAPIError) -> NoSnapshot:
    said = str(error.orig).partition("\n")[0]
    return NoSnapshot(
        reason=f"the server exports none, {said}",
        cure="read everything in one transaction, or leave snapshot=True out",
        place=calling_place(),
    )


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
