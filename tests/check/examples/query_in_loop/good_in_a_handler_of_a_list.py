"""What stands in a handler is sent for what failed, not for each of the list."""

import json

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Entry


async def drop_broken(session: AsyncSession, documents: list[str]) -> list[object]:
    read = []
    for document in documents:
        try:
            read.append(json.loads(document))
        except ValueError:
            await session.execute(delete(Entry).where(Entry.text == document))
    return read
