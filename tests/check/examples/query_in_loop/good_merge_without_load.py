"""merge(load=False) takes the object as it is and sends nothing."""

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


async def attach(session: AsyncSession, cached: list[Place]) -> list[str]:
    places = [await session.merge(place, load=False) for place in cached]
    return [place.name for place in places]
