"""The callees read with the session and give it back: nobody closes it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def names(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(User.name)))


async def names_and_count(session: AsyncSession) -> tuple[list[str], int]:
    count = (await session.scalars(select(func.count(User.id)))).one()
    return await names(session), count


class Router:
    sessions: async_sessionmaker[AsyncSession]

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def index(self) -> dict[str, object]:
        session = self.sessions()  # finds TB715
        found, count = await names_and_count(session=session)
        return {"names": found, "count": count}
