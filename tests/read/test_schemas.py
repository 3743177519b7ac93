"""`schema_translate_map` leads reads to another schema, wherever it is given."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError

from taskbound import Database, TaskSession, projection
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Order

ALL = select(Order).order_by(Order.id)
BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))
# What the schema is called that the tables are in without its name.
OWN = {"sqlite": "main", "postgresql": "public"}
ELSEWHERE = {"schema_translate_map": {None: "elsewhere"}}
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


def own(database: Database) -> dict[str, Any]:
    """The execution options that name the schema in which the tables are anyway."""
    name = OWN.get(database.engine.dialect.name, database.engine.url.database)
    return {"schema_translate_map": {None: name}}


async def test_a_schema_is_translated_as_in_sqlalchemy(shop_url: str) -> None:
    async with Database(
        shop_url, execution_options={"schema_translate_map": {None: "elsewhere"}}
    ) as database:
        with pytest.raises(DBAPIError) as theirs:
            async with database.session() as session:
                await session.scalars(ALL)
        with pytest.raises(DBAPIError) as ours:
            await database.project(OrderRead, ALL).all()

    assert "elsewhere" in str(theirs.value.orig)
    assert type(ours.value) is type(theirs.value)
    assert "elsewhere" in str(ours.value.orig)


@CHILDREN
async def test_a_schema_that_is_there_is_read_from(shop: Database, children: Any) -> None:
    async with TaskSession(shop.engine.execution_options(**own(shop))) as session:
        query = session.project(OrderRead, ALL, children=children)

        assert await query.all() == ORDERS
        assert await query.first() == ORDERS[0]
        assert await query.get(2) == ORDERS[1]
        assert (await query.count(), await query.exists()) == (3, True)


@CHILDREN
async def test_a_statement_may_name_the_schema(project: Any, children: Any) -> None:
    elsewhere = ALL.execution_options(**ELSEWHERE)

    assert await project(OrderRead, ALL, children=children).all() == ORDERS
    with pytest.raises(DBAPIError, match="elsewhere"):
        await project(OrderRead, elsewhere, children=children).all()


async def test_counting_goes_to_the_schema_of_the_statement(shop: Database) -> None:
    query = shop.project(OrderRow, ALL.execution_options(**ELSEWHERE))

    for ask in (query.count, query.exists, query.first, query.one):
        with pytest.raises(DBAPIError, match="elsewhere"):
            await ask()


async def test_the_connection_of_a_session_may_name_the_schema(shop: Database) -> None:
    async with shop.session() as session:
        await session.connection(execution_options=ELSEWHERE)
        with pytest.raises(DBAPIError, match="elsewhere"):
            await session.project(OrderRow, ALL).all()
        await session.rollback()

        assert await session.project(OrderRow, ALL).all() == ROWS


async def test_a_prepared_projection_serves_each_schema(shop: Database) -> None:
    engine = shop.engine.execution_options(**ELSEWHERE)
    for _ in range(2):
        async with TaskSession(engine) as session:
            with pytest.raises(DBAPIError, match="elsewhere"):
                await session.project(BY_ID, id=1).one()
        async with TaskSession(shop.engine.execution_options(**own(shop))) as session:
            assert await session.project(BY_ID, id=1).one() == ROWS[0]
        assert await shop.project(BY_ID, id=1).one() == ROWS[0]
