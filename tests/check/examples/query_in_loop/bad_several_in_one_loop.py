"""One finding for a loop, at the first statement; the others are its steps."""

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


async def _insert(session: AsyncSession, place: Place) -> None:
    session.add(Place(name=place.name, capital=place.capital))
    await session.flush()


async def copy(sessions: async_sessionmaker[AsyncSession]) -> int:
    copied = 0
    async with sessions.begin() as session:
        for place in (await session.scalars(select(Place))).all():
            twin = await session.scalar(select(Place).where(Place.capital == place.name))  # finds TB205
            await _insert(session, place)
            await session.refresh(place)
            copied += twin is None
    return copied
