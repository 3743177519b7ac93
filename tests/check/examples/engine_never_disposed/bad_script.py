"""A script whose loop ends before its engine."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def main() -> None:
    engine = create_async_engine("postgresql+asyncpg://app@localhost/app")  # finds TB704
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM carts WHERE touched < now() - interval '1 day'"))


if __name__ == "__main__":
    asyncio.run(main())
