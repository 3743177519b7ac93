"""The second with-item session.begin() commits on exit, and so does the body."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


class Registration:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def register(self, name: str) -> None:
        async with self.sessions() as session, session.begin():
            session.add(User(name=name))
            await session.flush()
            session.add(User(name=f"{name}'s guest"))
            await session.commit()  # finds TB303
