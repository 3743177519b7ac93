"""A service of its own session commits after each half."""

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Booking, Seat


class Bookings:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def move(self, booking_id: int, seat_id: int, user_id: int) -> None:
        async with self.sessions() as session:
            await session.execute(delete(Seat).where(Seat.booking_id == booking_id))
            await session.commit()
            await session.execute(insert(Booking).values(seat_id=seat_id, user_id=user_id))
            await session.commit()  # finds TB718
