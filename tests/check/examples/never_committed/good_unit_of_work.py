"""The project's own unit of work commits on exit."""

from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class UserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, user: User) -> None:
        self.session.add(user)


class UnitOfWork:
    session: AsyncSession
    users: UserRepository

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def __aenter__(self) -> Self:
        self.session = self.sessions()
        self.users = UserRepository(self.session)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                await self.session.commit()
            else:
                await self.session.rollback()
        finally:
            await self.session.close()


async def create_user(unit: UnitOfWork, name: str) -> None:
    async with unit:
        unit.users.add(User(name=name))


async def create_two(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with UnitOfWork(sessions) as unit:
        unit.session.add(User(name=name))
        unit.users.add(User(name=name + " II"))
