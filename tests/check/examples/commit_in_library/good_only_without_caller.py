"""Where the caller gave a session it is flushed, and one that was opened here is committed."""

from contextlib import nullcontext

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Message

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def stop() -> None:
    await engine.dispose()


async def store(text: str, db: AsyncSession | None = None) -> None:
    async with nullcontext(db) if db is not None else sessions() as session:
        session.add(Message(text=text))
        if db is None:
            await session.commit()
        else:
            await session.flush()
