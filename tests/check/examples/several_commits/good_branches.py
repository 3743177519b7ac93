"""Two commits, of which each run meets one."""

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Basket, Event


async def change(sessions: async_sessionmaker[AsyncSession], basket_id: int, count: int) -> None:
    async with sessions() as session:
        if count == 0:
            await session.execute(delete(Basket).where(Basket.id == basket_id))
            await session.commit()
            return
        await session.execute(update(Basket).where(Basket.id == basket_id).values(count=count))
        await session.commit()


async def put(sessions: async_sessionmaker[AsyncSession], text: str) -> None:
    async with sessions() as session:
        session.add(Event(text=text))
        try:
            await session.commit()
        except IntegrityError:
            await session.rollback()
            session.add(Event(text=text + " (again)"))
            await session.commit()
