"""update() and delete() of other things."""

import hashlib

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from .cache import delete
from .models import Page


async def forget(client: httpx.AsyncClient, session: AsyncSession, page: Page) -> str:
    digest = hashlib.sha256()
    digest.update(page.url.encode())
    options: dict[str, str] = {}
    options.update(url=page.url)
    delete(page.url)
    await session.delete(page)
    return digest.hexdigest()
