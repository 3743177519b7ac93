"""The while takes a chunk at a time, and each row of the chunk still sends a statement of its own."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Usage(Base):
    __tablename__ = "usages"

    id: Mapped[int] = mapped_column(primary_key=True)
    cost: Mapped[int]


async def total(sessions: async_sessionmaker[AsyncSession]) -> int:
    found, last = 0, 0
    async with sessions() as session:
        while True:
            rows = (await session.scalars(select(Usage).where(Usage.id > last).order_by(Usage.id).limit(500))).all()
            if not rows:
                break
            for row in rows:
                await session.refresh(row)  # finds TB205
                found += row.cost
            last = rows[-1].id
    return found


async def settle(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions.begin() as session:
        for usage in (await session.scalars(select(Usage))).all():
            async with session.begin_nested():
                await session.refresh(usage)  # finds TB205
