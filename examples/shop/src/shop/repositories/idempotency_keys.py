"""Requests that were answered, by the key that came with them."""

from __future__ import annotations

from pydantic import BaseModel

from shop.models import IdempotencyKey
from taskbound import Repository


class Claimed(BaseModel):
    """What the key of an answered request came with."""

    digest: str


class IdempotencyKeys(Repository[IdempotencyKey]):
    """The keys that a session sees."""

    async def claim(self, key: str, digest: str) -> None:
        """Insert the key, or wait for the request that is about to.

        Raises `taskbound.UniqueViolation` where the key is taken.
        """
        await self.create({"key": key, "digest": digest})

    async def digest(self, key: str) -> str | None:
        """The digest of the request that this key came with, or None."""
        claimed = await self.get_or_none(Claimed, key)
        return claimed.digest if claimed else None
