"""Rows that are written without entities are in the session's transaction, with all else that is."""

from __future__ import annotations

from sqlalchemy import select, update

from taskbound import Database
from tests.dml.models import Customer


async def test_it_is_undone_with_a_write_of_sqlalchemys_that_follows(shop: Database) -> None:
    async with shop.session() as session:
        await session.scalar(select(Customer.name))
        await session.update(Customer, {"name": "Bob"}, key=1)
        await session.execute(update(Customer).values(name="Cy"))
        await session.rollback()

        assert await session.scalar(select(Customer.name)) == "Ada"
