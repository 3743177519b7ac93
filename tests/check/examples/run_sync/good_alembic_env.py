"""Migrations have no other way; what prepares the connection beside them is no query of the program's."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine


def do_run_migrations(connection: Connection) -> None:
    connection.execute(text("PRAGMA busy_timeout = 60000"))
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def run_async_migrations() -> None:
    engine = create_async_engine("sqlite+aiosqlite:///shop.db")
    async with engine.connect() as connection:
        await connection.run_sync(do_run_migrations)
    await engine.dispose()


asyncio.run(run_async_migrations())
