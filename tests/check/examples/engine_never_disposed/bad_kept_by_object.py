"""The object has a method to end it, and that does not end its engine."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Event


class EventStore:
    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(url)  # finds TB704
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.closed = False

    async def names(self) -> list[str]:
        async with self.sessions() as session:
            return list((await session.scalars(select(Event.name))).all())

    async def close(self) -> None:
        self.closed = True
