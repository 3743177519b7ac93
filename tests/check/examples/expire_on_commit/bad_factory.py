"""The default expires every object at commit."""

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")
sessions = async_sessionmaker(engine)  # finds TB701


async def close() -> None:
    await engine.dispose()
