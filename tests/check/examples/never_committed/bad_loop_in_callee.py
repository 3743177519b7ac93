"""The callee adds one row for each item; nobody commits them."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Tag


def add_tags(session: AsyncSession, names: list[str]) -> None:
    for name in names:
        session.add(Tag(name=name))


async def import_tags(sessions: async_sessionmaker[AsyncSession], names: list[str]) -> None:
    async with sessions() as session:
        add_tags(session, names)  # finds TB301
