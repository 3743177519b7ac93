"""From the value that a driver returns to the value in Python, as SQLAlchemy's own results do it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, Float, Integer, Numeric
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

# PostgreSQL's numbers for its types, by which the dialects tell what a cursor holds.
_FLOAT8, _NUMERIC = 701, 1700
_FLOAT8_ARRAY, _NUMERIC_ARRAY = 1022, 1231


def converter(
    held: TypeEngine[Any], dialect: Dialect, *, computed: bool = False
) -> Callable[[Any], Any] | None:
    """What makes the driver's value its value in Python; None where that is the same.

    held: the type of the column or expression.
    computed: the database may give another type of number, as `avg` and `sum` do; the value tells.
    """
    plain = undecorated(held, dialect)
    if computed and isinstance(plain, Integer):
        return _decorated_whole(held, dialect)
    if computed and _is_decimal(plain):
        return _either(held, dialect)
    return _processor(held, dialect, _code(plain))


def undecorated(held: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The dialect's type, behind a `TypeDecorator` too."""
    found, declared = _behind(held.dialect_impl(dialect)), _behind(held)
    # SQLAlchemy 2.0 has one type of psycopg's for floats and decimals; the declared one tells.
    return declared if isinstance(declared, Float) else found


def _behind(held: TypeEngine[Any]) -> TypeEngine[Any]:
    while isinstance(held, TypeDecorator):
        held = held.impl_instance
    return held


def _processor(
    held: TypeEngine[Any], dialect: Dialect, code: int | None
) -> Callable[[Any], Any] | None:
    return held.dialect_impl(dialect).result_processor(dialect, code)


def _code(plain: TypeEngine[Any]) -> int | None:
    """The type of the cursor's column, which the processors of numbers ask for."""
    if isinstance(plain, ARRAY):
        return _FLOAT8_ARRAY if isinstance(plain.item_type, Float) else _NUMERIC_ARRAY
    return _FLOAT8 if isinstance(plain, Float) else _NUMERIC


def _decorated_whole(held: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any]:
    processor = _processor(held, dialect, None)
    return (lambda value: processor(_whole(value))) if processor else _whole


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


def _is_decimal(plain: TypeEngine[Any]) -> bool:
    return isinstance(plain, Numeric) and not isinstance(plain, Float)


def _either(held: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    of_decimal = _processor(held, dialect, _NUMERIC)
    of_float = _processor(held, dialect, _FLOAT8)
    if of_decimal is of_float:
        return of_decimal

    def convert(value: Any) -> Any:
        processor = of_decimal if isinstance(value, Decimal) else of_float
        return processor(value) if processor else value

    return convert
