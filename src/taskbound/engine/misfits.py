"""Which columns cannot take the values that were sent for them.

PostgreSQL says of a value that is too long, or out of range, neither the column nor the table. The limits
that the models have tell it: whatever is beyond them is refused, whichever of them was refused first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Float, Integer, Numeric, SmallInteger, String

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Dialect, Table
    from sqlalchemy.types import TypeEngine

    from taskbound.errors.value import Unfitness

_WORD = 64


def misfits(
    reason: Unfitness, table: Table, rows: Iterable[Mapping[str, Any]], dialect: Dialect
) -> tuple[str, ...]:
    """The names of the columns for which one of the rows has a value that cannot be.

    rows: values by the key of a column. Other names are passed over.
    """
    test = _TESTS.get(reason)
    if test is None:
        return ()
    found = {
        key
        for row in rows
        for key, value in row.items()
        if key in table.columns and test(table.columns[key].type, value, dialect)
    }
    return tuple(column.name for column in table.columns if column.key in found)


def has_nul(parameters: Any) -> bool:
    """Whether a text among the parameters of a statement, or of several, has a NUL."""
    if isinstance(parameters, str):
        return "\0" in parameters
    if isinstance(parameters, Mapping):
        return any(map(has_nul, parameters.values()))
    return isinstance(parameters, Sequence) and any(
        has_nul(each) for each in parameters if not isinstance(each, bytes)
    )


def _too_long(held: TypeEngine[Any], value: Any, _dialect: Dialect) -> bool:
    if not isinstance(held, String) or not isinstance(value, str):
        return False
    return held.length is not None and len(value) > held.length


def _out_of_range(held: TypeEngine[Any], value: Any, dialect: Dialect) -> bool:
    if isinstance(held, Numeric) and not isinstance(held, Float):
        if held.precision is None or not isinstance(value, int | Decimal):
            return False
        whole = held.precision - (held.scale or 0)
        return not -(Decimal(10) ** whole) < value < Decimal(10) ** whole
    if not isinstance(held, Integer) or not isinstance(value, int):
        return False
    bits = _bits(held, dialect)
    return not -(1 << bits - 1) <= value < 1 << bits - 1


def _bits(held: Integer, dialect: Dialect) -> int:
    # SQLite has one kind of integers.
    if isinstance(held, BigInteger) or dialect.name == "sqlite":
        return _WORD
    return _WORD // 4 if isinstance(held, SmallInteger) else _WORD // 2


def _unstorable(_held: TypeEngine[Any], value: Any, _dialect: Dialect) -> bool:
    if not isinstance(value, str):
        return False
    return "\0" in value or any("\ud800" <= character <= "\udfff" for character in value)


_TESTS: dict[Unfitness, Callable[[TypeEngine[Any], Any, Dialect], bool]] = {
    "too_long": _too_long,
    "out_of_range": _out_of_range,
    "unstorable": _unstorable,
}
