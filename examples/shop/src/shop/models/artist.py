"""Who made an album."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.models.base import Base

if TYPE_CHECKING:
    from shop.models.album import Album


class Artist(Base):
    """A performer or a band."""

    __tablename__ = "artists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    albums: Mapped[list[Album]] = relationship(back_populates="artist")
