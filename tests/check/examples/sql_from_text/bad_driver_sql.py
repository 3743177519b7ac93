"""exec_driver_sql takes text as it is."""

from sqlalchemy.ext.asyncio import AsyncEngine


async def drop_schema(engine: AsyncEngine, tenant: str) -> None:
    async with engine.begin() as connection:
        await connection.exec_driver_sql(f"DROP SCHEMA {tenant} CASCADE")  # finds TB711
