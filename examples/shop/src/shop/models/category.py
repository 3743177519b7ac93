"""Shelves of the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base

if TYPE_CHECKING:
    from shop.models.product import Product


class Category(Base):
    """A shelf that products stand on, such as a genre."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    products: Mapped[list[Product]] = relationship(back_populates="category")
