"""add() in a loop sends nothing; the flush sends all rows at once."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int]
    row: Mapped[int]


async def furnish(sessions: async_sessionmaker[AsyncSession], hall_id: int, rows: int) -> list[int]:
    async with sessions.begin() as session:
        seats = []
        for row in range(rows):
            seat = Seat(hall_id=hall_id, row=row)
            session.add(seat)
            seats.append(seat)
        await session.flush()
        return [seat.id for seat in seats]
