"""sqlite:// alone means the standard library's driver, which is not async."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DATABASE_URL = "sqlite:///./app.db"


class Database:
    def __init__(self) -> None:
        self.engine: AsyncEngine = create_async_engine(DATABASE_URL)  # finds TB401

    async def close(self) -> None:
        await self.engine.dispose()
