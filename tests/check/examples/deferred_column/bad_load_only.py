"""load_only leaves out the column that is read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, load_only, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[int]
    description: Mapped[str]


async def catalogue(session: AsyncSession) -> list[str]:
    products = (await session.scalars(select(Product).options(load_only(Product.id, Product.name)))).all()
    return [f"{product.name}: {product.description}" for product in products]  # finds TB203
