"""Statements about requests that were answered."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import IdempotencyKey


class IdempotencyKeys:
    """The keys that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self, key: str, digest: str) -> None:
        """Insert the key, or wait for the request that is about to.

        Raises `taskbound.UniqueViolation` where the key is taken.
        """
        await self._session.execute(insert(IdempotencyKey).values(key=key, digest=digest))

    async def digest(self, key: str) -> str | None:
        """The digest of the request that this key came with, or None."""
        claimed = await self._session.get(IdempotencyKey, key)
        return claimed.digest if claimed else None
