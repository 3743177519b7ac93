"""Only loaded columns are read; the primary key is always loaded."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, load_only, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]


async def names(session: AsyncSession) -> dict[int, str]:
    products = (await session.scalars(select(Product).options(load_only(Product.name)))).all()
    return {product.id: product.name for product in products}
