"""Every method of the repository commits what else the caller has begun."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Tag


class TagRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, tag: Tag) -> None:
        self._session.add(tag)
        await self._session.commit()  # finds TB717

    async def remove(self, tag_id: int) -> None:
        await self._session.execute(delete(Tag).where(Tag.id == tag_id))
        await self._session.commit()  # finds TB717
