"""What the shop sells."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base

if TYPE_CHECKING:
    from shop.models.album import Album
    from shop.models.category import Category
    from shop.models.collection import Collection
    from shop.models.media_type import MediaType
    from shop.models.order import OrderLine


class Product(Base):
    """A thing with a price and a stock. A single belongs to no album."""

    __tablename__ = "products"
    # The last line of defence: no statement of any program can sell what is not there.
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("price >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    price: Mapped[Decimal]
    stock: Mapped[int]
    composer: Mapped[str | None] = mapped_column(Text)
    milliseconds: Mapped[int | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    media_type_id: Mapped[int | None] = mapped_column(ForeignKey("media_types.id"), index=True)

    album: Mapped[Album | None] = relationship(back_populates="products")
    category: Mapped[Category | None] = relationship(back_populates="products")
    media_type: Mapped[MediaType | None] = relationship()
    collections: Mapped[list[Collection]] = relationship(
        secondary="collection_products", back_populates="products"
    )
    lines: Mapped[list[OrderLine]] = relationship(back_populates="product")
