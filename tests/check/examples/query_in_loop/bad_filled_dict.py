"""What is iterated was filled in a loop, so its length is that of the data, numbered or not."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def rename(sessions: async_sessionmaker[AsyncSession], lines: list[str]) -> None:
    names = {}
    for line in lines:
        before, _, after = line.partition("=")
        names[before] = after
    async with sessions.begin() as session:
        for before, after in names.items():
            await session.execute(text("UPDATE a SET name = :after WHERE name = :before"), {"before": before, "after": after})  # finds TB205


async def place(sessions: async_sessionmaker[AsyncSession], lines: list[str]) -> None:
    places = [line.split(",") for line in lines]
    async with sessions.begin() as session:
        for number, (key, value) in enumerate(places):
            await session.execute(text("UPDATE a SET place = :value WHERE id = :key"), {"key": key, "value": value})  # finds TB205
            if (number + 1) % 500 == 0:
                print(f"{number} done")
