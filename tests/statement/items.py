"""A table with a column of each kind that pages can be ordered by."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    REAL,
    Dialect,
    Double,
    Index,
    LargeBinary,
    Numeric,
    String,
    TypeDecorator,
    func,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
SQLITE: Dialect = sqlite.dialect()
MYSQL: Dialect = mysql.dialect()


class Base(DeclarativeBase):
    pass


class Mood(enum.Enum):
    """Declared in another order than that of the alphabet."""

    SOUR = 1
    MILD = 2
    ODD = 3


class Cents(TypeDecorator[Decimal]):
    """An amount that is stored as a whole number."""

    impl = (
        String(20).with_variant(sqlite.INTEGER(), "sqlite").with_variant(mysql.INTEGER(), "mysql")
    )
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        cents = None if value is None else int(value * 100)
        return cents if cents is None or dialect.name != "postgresql" else f"{cents:010}"

    def process_result_value(self, value: Any, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(CHAR(5))
    rank: Mapped[int | None]
    weight: Mapped[float | None] = mapped_column(Double)
    # Of four bytes, but for SQLite.
    small: Mapped[float | None] = mapped_column(REAL().with_variant(mysql.FLOAT(), "mysql"))
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    cents: Mapped[Decimal | None] = mapped_column(Cents)
    mood: Mapped[Mood | None]
    ready: Mapped[bool | None]
    made: Mapped[dt.datetime | None]
    day: Mapped[dt.date | None]
    hour: Mapped[dt.time | None]
    wait: Mapped[dt.timedelta | None]
    mark: Mapped[UUID | None]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary(20))

    @hybrid_property
    def louder(self) -> str:
        return self.name.upper()

    @louder.inplace.expression
    @classmethod
    def _louder(cls) -> Any:
        return func.upper(cls.name)


class Part(Base):
    """Has a primary key of two columns."""

    __tablename__ = "part"
    __table_args__ = (Index("part_by_size", "size", "box", "slot"),)

    box: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
