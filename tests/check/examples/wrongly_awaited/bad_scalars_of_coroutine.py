"""The await takes the whole expression: scalars() is asked of the coroutine."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def all(self) -> list[User]:
        return list(await self.session.execute(select(User)).scalars())  # finds TB719

    async def first(self) -> User | None:
        return await self.session.scalars(select(User)).first()  # finds TB719
