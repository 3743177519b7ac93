"""The savepoint's own commit and rollback do not touch the transaction."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Row


async def load(sessions: async_sessionmaker[AsyncSession], row: Row, *, keep: bool) -> None:
    async with sessions.begin() as session:
        savepoint = await session.begin_nested()
        session.add(row)
        await session.flush()
        if keep:
            await savepoint.commit()
        else:
            await savepoint.rollback()
