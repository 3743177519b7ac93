"""A function that says all in its name means all; one that names a user does not."""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Token(Base):
    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    active: Mapped[bool]


async def delete_all_tokens(session: AsyncSession) -> None:
    await session.execute(delete(Token))


async def clear(session: AsyncSession) -> None:
    await session.execute(delete(Token))


async def deactivate_all(session: AsyncSession) -> None:
    await session.execute(update(Token).values(active=False))


async def delete_of_user(session: AsyncSession, user_id: int) -> None:
    print(user_id)
    await session.execute(delete(Token))  # finds TB602


async def clear_tokens(session: AsyncSession, user_id: int) -> None:
    print(user_id)
    await session.execute(delete(Token))  # finds TB602
