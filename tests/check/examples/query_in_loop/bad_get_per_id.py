"""One SELECT for each id of a list; one with IN would do."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]


async def basket(sessions: async_sessionmaker[AsyncSession], product_ids: list[int]) -> int:
    total = 0
    async with sessions() as session:
        for product_id in product_ids:
            product = await session.get(Product, product_id)  # finds TB205
            if product is not None:
                total += product.price
    return total
