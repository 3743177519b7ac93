"""configure() says it later, before the first session."""

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

sessions = async_sessionmaker()


def start(engine: AsyncEngine) -> None:
    sessions.configure(bind=engine, expire_on_commit=False)
