"""A unit of work that is made of a factory opens a session of its own, when it is made or when it is entered."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    stock: Mapped[int]


class Entered:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def __aenter__(self) -> "Entered":
        self.session = self._sessions()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.session.commit()
        await self.session.close()


class Made:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.session = sessions()

    async def __aenter__(self) -> "Made":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.session.commit()
        await self.session.close()


async def sell(session: AsyncSession, sessions: async_sessionmaker[AsyncSession], key: int) -> None:
    product = await session.get_one(Product, key)
    async with Entered(sessions) as work:  # finds TB406
        work.session.add(Product(stock=product.stock - 1))


async def refill(session: AsyncSession, sessions: async_sessionmaker[AsyncSession], key: int) -> None:
    product = await session.get_one(Product, key)
    async with Made(sessions) as work:  # finds TB406
        work.session.add(Product(stock=product.stock + 1))
