"""The await in the iterable of a comprehension is evaluated once."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Tag


class Tags:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def all(self) -> list[Tag]:
        return list((await self.session.scalars(select(Tag))).all())


async def names(sessions: async_sessionmaker[AsyncSession]) -> dict[int, str]:
    async with sessions() as session:
        tags = Tags(session)
        names = [tag.name for tag in await tags.all()]
        by_id = {tag.id: tag.name for tag in (await session.scalars(select(Tag))).all()}
        for row in (await session.execute(select(Tag.id, Tag.name))).all():
            by_id[row.id] = row.name
        return by_id if names else {}
