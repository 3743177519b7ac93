"""Money that is exact on every engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

# Pence, cents: the smallest coin that a price or a total can hold.
CENT = Decimal("0.01")


class Money(TypeDecorator[Decimal]):
    """A `Decimal` with two places: NUMERIC(10, 2), and whole cents on SQLite.

    SQLite has no exact decimal: it would keep a NUMERIC as a binary float, and sums would drift.
    Whole cents add up, compare and sort exactly. `sum()` keeps this type; `avg()` does not.
    """

    impl = Numeric(10, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        if value is None:
            return None
        exact = value.quantize(CENT)
        if exact != value:
            raise ValueError(f"{value} has more than two decimal places")
        return int(exact.scaleb(2)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(value).scaleb(-2).quantize(CENT)
        return Decimal(value).quantize(CENT)
