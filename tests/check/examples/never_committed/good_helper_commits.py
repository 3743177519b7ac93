"""The commit is in the repository that opened the session, or in the caller."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Entry


def put(session: AsyncSession, text: str) -> None:
    session.add(Entry(text=text))


async def put_all(sessions: async_sessionmaker[AsyncSession], texts: list[str]) -> None:
    async with sessions() as session:
        for text in texts:
            put(session, text)
        await session.commit()


async def preview(sessions: async_sessionmaker[AsyncSession], text: str) -> int:
    async with sessions() as session:
        entry = Entry(text=text)
        session.add(entry)
        await session.flush()
        entry_id = entry.id
        await session.rollback()
        return entry_id
