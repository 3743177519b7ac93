"""Keyset paging: a row's position in an ordering, and the condition for the rows that follow it.

A position is the values of the row in the ordering's expressions. They go to the client and back as the
driver returns them, past SQLAlchemy's types: what a type makes of a value may be less than what the
database compares. SQLite stores a `CURRENT_TIMESTAMP` without fractions and a datetime of SQLAlchemy's
with them, and compares both as text.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Double,
    Enum,
    Float,
    and_,
    bindparam,
    cast,
    false,
    literal_column,
    or_,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeDecorator

from taskbound.statement.values import undecorated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Dialect
    from sqlalchemy.types import TypeEngine

    from taskbound.statement.ordering import Ordered

_MYSQL = frozenset(("mariadb", "mysql"))
# Where `(a, b) > (x, y)` is a range of an index. MariaDB has the comparison, and scans the whole index.
_COMPARES_ROWS = frozenset(("postgresql", "sqlite"))


def position(ordered: Sequence[Ordered], dialect: Dialect) -> tuple[ColumnElement[Any], ...]:
    """The columns to select, one for each criterion, whose values are the position of a row.

    They have no type, so that the driver's own values come back.
    """
    return tuple(_read(one.expression, dialect) for one in ordered)


def parameter(index: int) -> str:
    """The name of the parameter in `after()` for the value at an index of a position."""
    return f"taskbound_after_{index}"


def after(
    ordered: Sequence[Ordered], values: Sequence[Any], dialect: Dialect
) -> ColumnElement[bool]:
    """The condition for the rows that come after a position. For those before it, `reverse` the ordering.

    values: of the columns of `position()`, None for NULL. Where None stands decides on the SQL; the
        others are parameters called `parameter(index)`, so that the SQL serves any values.

    Where no value can be NULL and all go in one direction it is `(a, b) > (:x, :y)`. Otherwise, and on
    MariaDB, it is `a >= :x AND (a > :x OR b > :y)`: in both forms the leading columns of an index are a
    range. Where NULLs come after the value they are `a > :x OR a IS NULL OR a = :x AND ...`.

    Raises `ValueError` where there are more values than criteria, or fewer.
    """
    if len(values) != len(ordered):
        raise ValueError(f"{len(values)} values for an ordering by {len(ordered)} expressions")
    return _after(ordered, values, dialect, 0)


def _after(
    ordered: Sequence[Ordered], values: Sequence[Any], dialect: Dialect, start: int
) -> ColumnElement[bool]:
    run = _run(ordered, dialect, start)
    rest = start + len(run)
    others = _after(ordered, values, dialect, rest) if rest < len(ordered) else None
    if values[start] is None:
        return _after_null(ordered[start], others, dialect)
    key: Any = _row([_compared(one.expression, dialect) for one in run])
    value: Any = _row([_value(index, values[index]) for index in range(start, rest)])
    further: ColumnElement[bool] = key < value if run[0].descending else key > value
    if run[0].nullable and not run[0].nulls_first:
        return or_(further, key.is_(None), *_with(key == value, others))
    if others is None:
        return further
    # The part before the parentheses says less than they do, and is the range of an index.
    reached = key <= value if run[0].descending else key >= value
    return and_(reached, or_(further, others))


def _after_null(
    one: Ordered, others: ColumnElement[bool] | None, dialect: Dialect
) -> ColumnElement[bool]:
    key = _compared(one.expression, dialect)
    if one.nulls_first:
        return or_(key.is_not(None), *_with(key.is_(None), others))
    return and_(key.is_(None), others) if others is not None else false()


def _with(
    equal: ColumnElement[bool], others: ColumnElement[bool] | None
) -> list[ColumnElement[bool]]:
    return [] if others is None else [and_(equal, others)]


def _run(ordered: Sequence[Ordered], dialect: Dialect, start: int) -> list[Ordered]:
    """The criteria from `start` on that are compared together, as one row."""
    first = ordered[start]
    if first.nullable or dialect.name not in _COMPARES_ROWS:
        return [first]
    return list(
        takewhile(
            lambda one: not one.nullable and one.descending == first.descending, ordered[start:]
        )
    )


def _row(elements: list[Any]) -> Any:
    return elements[0] if len(elements) == 1 else tuple_(*elements)


def _value(index: int, value: Any) -> ColumnElement[Any]:
    return bindparam(parameter(index), value, type_=NullType())


def _compared(expression: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    """An expression as it is compared: without what its type, or a comparator of it, does to values."""
    if _sorts_by_number(expression, dialect):
        return _plus(expression, "0")
    return type_coerce(expression, NullType())


def _read(expression: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    """An expression as it is read: so that the value is equal to the one that is stored."""
    # Written as text, a number of four bytes loses digits: 0.1 is read, 0.100000001490116 compared.
    if not _is_float(expression.type, dialect):
        return _compared(expression, dialect)
    if dialect.name in _MYSQL:
        return _plus(expression, "0e0")
    if dialect.name == "postgresql":
        return type_coerce(cast(expression, Double), NullType())
    return type_coerce(expression, NullType())


def _sorts_by_number(expression: ColumnElement[Any], dialect: Dialect) -> bool:
    """Whether MySQL orders by the number of an ENUM's label, and would compare by the label itself."""
    if dialect.name not in _MYSQL or not isinstance(expression, Column):
        return False
    held = undecorated(expression.type, dialect)
    # Imported here: MySQL's dialect is not for every program.
    from sqlalchemy.dialects import mysql

    return isinstance(held, mysql.SET) or (isinstance(held, Enum) and held.native_enum)


def _is_float(held: TypeEngine[Any], dialect: Dialect) -> bool:
    # SQLAlchemy 2.0 makes a Numeric of it for some drivers, so the dialect's type alone does not tell.
    while isinstance(held, TypeDecorator):
        held = held.load_dialect_impl(dialect)
    return isinstance(held, Float) or isinstance(undecorated(held, dialect), Float)


def _plus(expression: ColumnElement[Any], number: str) -> ColumnElement[Any]:
    """The expression as a number. It is MySQL's own idiom, since not every version casts to DOUBLE."""
    return type_coerce(expression, NullType()).op("+")(literal_column(number))
