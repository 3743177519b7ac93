"""The project's own transaction is made of the session that is there: by itself, and behind a base of Python's own."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    stock: Mapped[int]


class _Ending:
    def __init__(self, session: AsyncSession | None, commit: bool) -> None:
        self.session = session
        self.commit = commit


class Transaction(AbstractAsyncContextManager, _Ending):
    def __init__(self, session: AsyncSession | None = None, commit: bool = True) -> None:
        super().__init__(session, commit)

    async def __aenter__(self) -> AsyncSession:
        if self.session is None:
            raise ValueError("a session is missing")
        return self.session

    async def __aexit__(self, kind: type | None, error: object, trace: object) -> None:
        if kind is None and self.commit:
            await self.session.commit()
        elif kind is not None:
            await self.session.rollback()


class Work:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def __aenter__(self) -> "Work":
        await self._session.begin()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.commit()


class Products:
    def _checked(self, session: AsyncSession) -> AsyncSession:
        if not isinstance(session, AsyncSession):
            raise TypeError("an AsyncSession is needed")
        return session

    async def get(self, session: AsyncSession, key: int) -> Product | None:
        session = self._checked(session)
        return (await session.scalars(select(Product).where(Product.id == key))).one_or_none()

    async def remove(self, session: AsyncSession, product: Product) -> None:
        session = self._checked(session)
        async with Transaction(session):
            await session.delete(product)

    async def sell(self, session: AsyncSession, product: Product) -> None:
        async with Work(session):
            product.stock -= 1


class Shelf:
    def __init__(self, products: Products) -> None:
        self.products = products

    async def clear(self, session: AsyncSession, key: int) -> None:
        product = await self.products.get(session, key)
        if product is None:
            raise LookupError(key)
        await self.products.remove(session, product)

    async def sell(self, session: AsyncSession, key: int) -> None:
        product = await self.products.get(session, key)
        if product is None:
            raise LookupError(key)
        await self.products.sell(session, product)
