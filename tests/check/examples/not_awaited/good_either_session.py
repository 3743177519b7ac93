"""isinstance() says which of the two sorts it is."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session


class Sessions:
    def __init__(self, made: list[AsyncSession | Session]) -> None:
        self.made = made

    def get(self, number: int) -> AsyncSession | Session:
        return self.made[number]

    def provide(self, number: int) -> Iterator[AsyncSession | Session]:
        session = self.get(number)
        try:
            yield session
        finally:
            if isinstance(session, AsyncSession):
                print("closed by the portal")
            else:
                session.close()


def count(session: AsyncSession | Session) -> object:
    if isinstance(session, AsyncSession):
        raise TypeError("a synchronous session is needed")
    session.flush()
    return session.execute(text("SELECT 1")).scalar_one()


def roll_back(session: AsyncSession | Session) -> None:
    if not isinstance(session, AsyncSession):
        session.rollback()
