"""One loop for the life of the program."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")


async def sweep() -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM carts WHERE touched < now() - interval '1 day'"))


async def main() -> None:
    try:
        while True:
            await sweep()
            await asyncio.sleep(60)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
