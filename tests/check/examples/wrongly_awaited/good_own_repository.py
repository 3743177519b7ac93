"""A repository whose add() is a coroutine, and another thing that has query()."""

from sqlalchemy.ext.asyncio import AsyncSession

from .models import User
from .vectors import VectorStore


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, user: User) -> None:
        self.session.add(user)
        await self.session.flush()


class Directory:
    def __init__(self, session: AsyncSession, store: VectorStore) -> None:
        self.users = Users(session)
        self.store = store

    async def put(self, user: User) -> list[User]:
        await self.users.add(user)
        return self.store.query(user).all()
