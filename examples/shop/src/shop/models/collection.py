"""Products that someone put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base

if TYPE_CHECKING:
    from shop.models.product import Product

collection_products = Table(
    "collection_products",
    Base.metadata,
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", ForeignKey("products.id"), primary_key=True, index=True),
)


class Collection(Base):
    """A named choice of products; a product can be in many collections."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    products: Mapped[list[Product]] = relationship(
        secondary=collection_products, back_populates="collections", order_by="Product.id"
    )
