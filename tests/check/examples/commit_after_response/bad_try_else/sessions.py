from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .settings import make_sessions

sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_db() -> AsyncIterator[AsyncSession]:
    session = sessions()
    try:
        yield session
        await session.commit()  # finds TB305
    except Exception:
        await session.rollback()
        raise
    finally:
        await session.close()
