"""DDL and inspection have no async form."""

from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from .models import Base


def table_names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


async def create(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, checkfirst=True))
        return await connection.run_sync(table_names)
