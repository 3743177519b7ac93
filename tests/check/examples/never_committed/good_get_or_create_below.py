"""The callee writes only where the row is missing, and its caller only reads."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Page, Source


async def ensure_source(session: AsyncSession, code: str) -> Source:
    source = (await session.execute(select(Source).where(Source.code == code))).scalar_one_or_none()
    if source is None:
        source = Source(code=code)
        session.add(source)
        await session.flush()
    return source


async def pages(sessions: async_sessionmaker[AsyncSession], code: str) -> list[Page]:
    async with sessions() as session:
        source = await ensure_source(session, code)
        return list((await session.scalars(select(Page).where(Page.source_id == source.id))).all())
