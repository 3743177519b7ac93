"""A repository forgets the await of execute and rollback."""

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession


class Locks:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, key: int) -> bool:
        try:
            await self._session.execute(text("INSERT INTO locks (key) VALUES (:key)"), {"key": key})
        except IntegrityError:
            self._session.rollback()  # finds TB302
            return False
        return True

    async def free(self, key: int) -> None:
        self._session.execute(text("DELETE FROM locks WHERE key = :key"), {"key": key})  # finds TB302
