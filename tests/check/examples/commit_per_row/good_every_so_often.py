"""A commit every five hundred rows, and one when the list is full."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Place


async def correct(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        places = (await session.scalars(select(Place))).all()
        for number, place in enumerate(places):
            place.checked = True
            if (number + 1) % 500 == 0:
                await session.commit()
        await session.commit()


async def load(sessions: async_sessionmaker[AsyncSession], names: list[str], dry: bool) -> None:
    async with sessions() as session:
        pending: list[Place] = []
        for name in names:
            pending.append(Place(name=name))
            if len(pending) >= 1000:
                session.add_all(pending)
                if not dry:
                    await session.commit()
                pending = []
        session.add_all(pending)
        await session.commit()
