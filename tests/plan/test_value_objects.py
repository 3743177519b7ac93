"""A class that a column's own type makes of a value is a value, however much it looks like a DTO."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from taskbound import verify


@dataclass(frozen=True)
class Money:
    amount: Decimal


class Cents(TypeDecorator[Money]):
    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Money | None:
        return None if value is None else Money(Decimal(value) / 100)


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[Money] = mapped_column(Cents)


class ArticleRead(msgspec.Struct):
    id: int
    price: Money


def test_a_dataclass_that_a_type_makes_is_a_value() -> None:
    verify(ArticleRead, Article)
