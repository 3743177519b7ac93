"""A database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from tests.servers.databases import Databases

NOTES = Table("notes", MetaData(), Column("id", Integer, primary_key=True))


@contextmanager
def opened(url: URL) -> Iterator[Connection]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


async def table_names(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return await connection.run_sync(lambda plain: inspect(plain).get_table_names())


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_each_test_finds_its_database_empty_whatever_others_left(
    engine: AsyncEngine, turn: str
) -> None:
    found = await table_names(engine)

    async with engine.begin() as connection:
        await connection.run_sync(NOTES.metadata.create_all)
    assert [] == found


async def test_what_is_committed_is_there_for_the_next_connection(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(NOTES.metadata.create_all)
        await connection.execute(insert(NOTES).values(id=7))

    async with engine.connect() as connection:
        assert [7] == list(await connection.scalars(select(NOTES.c.id)))


def test_the_address_names_the_driver_that_the_test_runs_on(driver: str, database_url: str) -> None:
    assert driver == make_url(database_url).drivername


def test_a_schema_that_a_test_made_is_gone_for_the_next(postgresql_databases: Databases) -> None:
    with postgresql_databases.fresh() as url, opened(url) as connection:
        connection.exec_driver_sql("CREATE SCHEMA elsewhere CREATE TABLE notes (id int)")
        connection.commit()

    with postgresql_databases.fresh() as url, opened(url) as connection:
        assert ["information_schema", "public"] == sorted(inspect(connection).get_schema_names())


def test_a_connection_left_in_a_transaction_does_not_hold_up_the_next_test(
    postgresql_databases: Databases,
) -> None:
    with postgresql_databases.fresh() as url:
        forgotten = create_engine(url, poolclass=NullPool).connect()
        forgotten.exec_driver_sql("CREATE TABLE notes (id int)")

    with postgresql_databases.fresh() as url, opened(url) as connection:
        assert [] == inspect(connection).get_table_names()
    forgotten.invalidate()
    forgotten.close()
