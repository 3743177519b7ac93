"""flush() after each row sends each row alone."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int]


async def furnish(sessions: async_sessionmaker[AsyncSession], rows: list[int]) -> list[int]:
    seat_ids: list[int] = []
    async with sessions.begin() as session:
        for row in rows:
            seat = Seat(row=row)
            session.add(seat)
            await session.flush()  # finds TB205
            seat_ids.append(seat.id)
    return seat_ids
