"""A table's name of a function that nobody here calls: told, with less confidence, for no bind can take its place."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Catalogue:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def columns(self, schema: str, table: str) -> list[object]:
        found = await self.connection.execute(text(f"SHOW COLUMNS IN {schema}.{table}"))  # finds TB711
        return list(found)

    async def filled(self, column: str) -> object:
        return await self.connection.scalar(text(f"SELECT count(*) FROM orders WHERE {column} IS NOT NULL"))  # finds TB711
