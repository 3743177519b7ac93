"""Each file is a unit of work with a session of its own."""

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


class Places:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_name(self, name: str) -> Place | None:
        return await self.session.scalar(select(Place).where(Place.name == name))


async def ingest(sessions: async_sessionmaker[AsyncSession], files: list[str]) -> int:
    known = 0
    for file in files:
        async with sessions() as session:
            place = await Places(session).of_name(file)
            known += place is not None
    return known
