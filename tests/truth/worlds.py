"""The tables of many families in one database, and the sessions that read them in two ways."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database, TaskSession
from tests.drawing import CASES
from tests.truth.entities import Family
from tests.truth.families import families
from tests.truth.rows import Rows, put, take_away

# A table costs as much as some cases, so a short run has fewer.
FAMILIES = min(40, 15 + CASES // 50)
SEED = int(os.environ.get("TASKBOUND_TRUTH_SEED", "20261121"))

_families = cache(families)


class World:
    """A database with the tables of all families, empty between two examples."""

    def __init__(self, database: Database, families: tuple[Family, ...]) -> None:
        self.database = database
        self.families = families

    @asynccontextmanager
    async def written(self, rows: Rows) -> AsyncIterator[tuple[TaskSession, AsyncSession]]:
        """Rows inside a transaction that is rolled back: taskbound's session in it, and a plain one."""
        async with self.database.session() as session:
            connection = await session.connection()
            await connection.run_sync(put, rows)
            async with AsyncSession(connection, expire_on_commit=False) as plain:
                yield session, plain
            await session.rollback()

    @asynccontextmanager
    async def committed(
        self, family: Family, rows: Rows
    ) -> AsyncIterator[tuple[Database, AsyncSession]]:
        """Rows that everybody sees until the block ends, and a plain session."""
        async with self.database.begin() as session:
            await (await session.connection()).run_sync(put, rows)
        try:
            async with AsyncSession(self.database.engine) as plain:
                yield self.database, plain
        finally:
            async with self.database.begin() as session:
                await (await session.connection()).run_sync(take_away, family)


async def world(database: Database) -> World:
    """A world in an empty database."""
    made = _families(database.engine.dialect.name, SEED, FAMILIES)
    async with database.engine.begin() as connection:
        await connection.run_sync(_create, made)
    return World(database, made)


def _create(connection: Connection, made: tuple[Family, ...]) -> None:
    for family in made:
        family.metadata.create_all(connection, checkfirst=False)
