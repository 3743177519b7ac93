"""A trigger changes the column, and the mapping only says so."""

from datetime import datetime

from sqlalchemy import FetchedValue, func
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    changed: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=FetchedValue())  # finds TB709
