"""What the schema lacks is added after a look at it: inspect() is synchronous alone."""

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

COLUMNS = (("shops", "slug", "VARCHAR"), ("shops", "closed", "BOOLEAN"))


def upgrade(connection: Connection) -> None:
    inspector = inspect(connection)
    for table, column, sort in COLUMNS:
        if column not in {known["name"] for known in inspector.get_columns(table)}:
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column} {sort}"))


def set_up(connection: Connection, metadata: MetaData) -> None:
    metadata.create_all(bind=connection)
    upgrade(connection)


async def ensure_tables(engine: AsyncEngine, metadata: MetaData) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(set_up, metadata)
        await connection.run_sync(lambda synchronous: set_up(synchronous, metadata))


async def ensure_schema(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)


def add_extension(connection: Connection) -> None:
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    connection.commit()


async def ensure_extension(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(add_extension)
