"""What a product comes as."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base


class MediaType(Base):
    """A form that products are sold in, such as an MPEG audio file."""

    __tablename__ = "media_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
