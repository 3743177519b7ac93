"""A list in chunks: a query for each thousand ids, not for each id."""

from itertools import batched

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Meter(Base):
    __tablename__ = "meters"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


async def values(sessions: async_sessionmaker[AsyncSession], meter_ids: list[int]) -> list[int]:
    found: list[int] = []
    async with sessions() as session:
        for chunk in batched(meter_ids, 1000):
            found.extend((await session.scalars(select(Meter.value).where(Meter.id.in_(chunk)))).all())
    return found


async def values_by_offset(sessions: async_sessionmaker[AsyncSession], meter_ids: list[int]) -> list[int]:
    found: list[int] = []
    async with sessions() as session:
        for start in range(0, len(meter_ids), 1000):
            chunk = meter_ids[start : start + 1000]
            found.extend((await session.scalars(select(Meter.value).where(Meter.id.in_(chunk)))).all())
    return found
