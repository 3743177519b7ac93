"""All who call give a tuple that is written there."""

from collections.abc import Sequence
from typing import NamedTuple

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


class Setting(NamedTuple):
    name: str
    statement: str


SCAN = Setting("scan", "SET LOCAL enable_seqscan = off")
SORT = Setting("sort", "SET LOCAL enable_sort = off")


async def _apply(session: AsyncSession, settings: Sequence[Setting]) -> None:
    for setting in settings:
        await session.execute(text(setting.statement))


async def search(sessions: async_sessionmaker[AsyncSession], name: str) -> Place | None:
    async with sessions() as session:
        await _apply(session, (SCAN, SORT))
        return await session.scalar(select(Place).where(Place.name == name))
