"""The method of the table, without WHERE."""

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

metadata = MetaData()
carts = Table("carts", metadata, Column("id", Integer, primary_key=True), Column("user_id", Integer))


async def empty_cart(engine: AsyncEngine, user_id: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(carts.delete())  # finds TB602
