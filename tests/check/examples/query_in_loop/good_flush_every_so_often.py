"""A flush for each five hundred rows."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Place(Base):
    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    capital: Mapped[str]


async def load(sessions: async_sessionmaker[AsyncSession], rows: list[dict[str, str]]) -> None:
    async with sessions.begin() as session:
        for number, row in enumerate(rows):
            session.add(Place(**row))
            if number % 500 == 0:
                await session.flush()


async def rename(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions.begin() as session:
        done = 0
        for place in (await session.scalars(select(Place))).all():
            place.name = place.name.strip()
            done += 1
            if done % 500 == 0:
                await session.flush()
