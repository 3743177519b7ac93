"""autoflush=False is not expire_on_commit=False."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker


class Database:
    def __init__(self, engine: AsyncEngine) -> None:
        self.sessions = async_sessionmaker(engine, class_=AsyncSession, autoflush=False)  # finds TB701
