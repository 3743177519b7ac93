"""The same for a connection: engine.begin() commits on exit."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def clean(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM carts WHERE touched < now() - interval '1 day'"))
        await connection.commit()  # finds TB303
        await connection.execute(text("DELETE FROM visits WHERE touched < now() - interval '1 day'"))
