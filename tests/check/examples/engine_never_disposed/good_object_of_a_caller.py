"""An object without an end of its own leaves its engine to whom it belongs."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Event


class Events:
    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(url)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    async def names(self) -> list[str]:
        async with self.sessions() as session:
            return list((await session.scalars(select(Event.name))).all())
