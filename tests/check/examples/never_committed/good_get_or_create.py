"""A callee writes only what is not there yet; an earlier phase has committed it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Origin, Text


class Importer:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def ensure_origin(self, session: AsyncSession) -> int:
        origin = (await session.scalars(select(Origin.id).where(Origin.code == "sc"))).first()
        if not origin:
            made = Origin(code="sc")
            session.add(made)
            await session.flush()
            origin = made.id
        return origin

    async def origin_or_new(self, session: AsyncSession) -> int:
        origin = (await session.scalars(select(Origin.id).where(Origin.code == "sc"))).first()
        if origin is not None:
            return origin
        made = Origin(code="sc")
        session.add(made)
        await session.flush()
        return made.id

    async def titles(self) -> list[str]:
        async with self.sessions() as session:
            origin = await self.ensure_origin(session)
            return list(await session.scalars(select(Text.title).where(Text.origin_id == origin)))

    async def urls(self) -> list[str]:
        async with self.sessions() as session:
            origin = await self.origin_or_new(session)
            return list(await session.scalars(select(Text.url).where(Text.origin_id == origin)))
