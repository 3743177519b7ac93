"""What a product is a part of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base

if TYPE_CHECKING:
    from shop.models.artist import Artist
    from shop.models.product import Product


class Album(Base):
    """An album of one artist."""

    __tablename__ = "albums"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)

    artist: Mapped[Artist] = relationship(back_populates="albums")
    products: Mapped[list[Product]] = relationship(back_populates="album")
