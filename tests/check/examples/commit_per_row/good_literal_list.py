"""A migration over a list that stands in the source: as many turns as there are words."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

TABLES = ("wallets", "accounts")


async def analyse(engine: AsyncEngine) -> None:
    columns = ["created_at", "updated_at"]
    async with engine.connect() as conn:
        for column in columns:
            await conn.execute(text("SELECT 1"))
            await conn.commit()
            print(column)
        for table in TABLES:
            await conn.execute(text("SELECT 2"))
            await conn.commit()
            print(table)
