"""A session made of the engine by hand has the same default."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from .models import Entry


async def put(engine: AsyncEngine, text: str) -> None:
    async with AsyncSession(engine) as session:  # finds TB701
        session.add(Entry(text=text))
        await session.commit()
