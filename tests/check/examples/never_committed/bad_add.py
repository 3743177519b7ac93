"""The object is added and flushed, and the block rolls it back."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def create_user(sessions: async_sessionmaker[AsyncSession], name: str) -> int:
    async with sessions() as session:
        user = User(name=name)
        session.add(user)  # finds TB301
        await session.flush()
        return user.id
