"""A class that a function makes has methods like any other."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


def make_store(name: str) -> Any:
    class Store(Base):
        __tablename__ = name

        id: Mapped[int] = mapped_column(primary_key=True)

        @classmethod
        async def make(cls, session: AsyncSession) -> "Store":
            made = cls()
            await session.add(made)  # finds TB719
            await session.flush()
            return made

    return Store
