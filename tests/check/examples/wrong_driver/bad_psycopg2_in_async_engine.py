"""psycopg2 has no async mode."""

from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("postgresql+psycopg2://app@localhost/app", pool_pre_ping=True)  # finds TB401
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def close() -> None:
    await engine.dispose()
