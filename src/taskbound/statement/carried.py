"""How a value travels inside a cell of rows: what the database writes, and how that is read back.

PostgreSQL's records keep a value's type, which asyncpg decodes for the types that it knows by itself.
JSON has none for bytes, decimals and times, so these travel as text. What is not known to arrive as it
left is not carried: the children then have a statement of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Text,
    TypeDecorator,
    and_,
    case,
    cast,
    func,
    literal_column,
    not_,
    type_coerce,
)
from sqlalchemy import types as sqltypes
from sqlalchemy.sql.sqltypes import _AbstractInterval

from taskbound.plan.layout import UNSURE
from taskbound.statement.values import undecorated

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

_Expression = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Carriage:
    """How values of one type travel."""

    encode: _Expression | None = None
    """Makes of the expression the one that is written into the row; None leaves it as it is."""
    decode: Callable[[Any], Any] | None = None
    """Makes of what arrives what the driver returns for a column. Not called for None."""
    sure: Callable[[Any], Any] | None = None
    """Does the same, and faster, in a cell without `UNSURE`."""
    is_value: bool = False
    """Whether that is the value in Python already."""


_AS_IT_IS = Carriage()

# SQLite counts decimals in 64-bit integers here; beyond, every digit of the number travels.
_LARGEST = 9 * 10**13
_MOST_DIGITS = 6


def in_record(held: TypeEngine[Any], dialect: Dialect) -> Carriage | None:
    """How a value travels in one of PostgreSQL's records, through asyncpg; None where it cannot."""
    plain = undecorated(held, dialect)
    if isinstance(plain, sqltypes.Enum):
        # An enumeration of the database's own has a number that asyncpg does not know.
        return Carriage(encode=_as_text)
    return _AS_IT_IS if isinstance(plain, _IN_RECORD) else None


def in_json_of_postgresql(held: TypeEngine[Any], dialect: Dialect) -> Carriage | None:
    """How a value travels in JSON that PostgreSQL writes; None where it cannot."""
    plain = undecorated(held, dialect)
    if isinstance(plain, ARRAY):
        item = undecorated(plain.item_type, dialect)
        return _AS_IT_IS if isinstance(item, _PLAIN_IN_JSON) else None
    if isinstance(plain, sqltypes.Uuid) and not plain.native_uuid:
        return _AS_IT_IS
    return _found(_POSTGRESQL, plain)


def in_json_of_sqlite(held: TypeEngine[Any], dialect: Dialect) -> Carriage | None:
    """How a value travels in JSON that SQLite writes; None where it cannot."""
    plain = undecorated(held, dialect)
    decimal = _decimal_of_sqlite(held, plain, dialect)
    return decimal or _found(_SQLITE, plain)


def _found(
    carriages: Mapping[type[TypeEngine[Any]], Carriage], plain: TypeEngine[Any]
) -> Carriage | None:
    return next((carriages[kind] for kind in type(plain).__mro__ if kind in carriages), None)


def _as_text(expression: Any) -> Any:
    return cast(expression, Text)


def _as_hex(expression: Any) -> Any:
    return func.encode(expression, "hex")


def _hex_of_sqlite(expression: Any) -> Any:
    # hex() makes an empty text of NULL.
    return case((expression.is_not(None), func.hex(expression)))


def _digits(expression: Any) -> Any:
    """A REAL with digits enough for SQLite's own arithmetic: its JSON functions write fifteen of them."""
    real = func.typeof(expression) == literal_column("'real'")
    return case((real, func.printf(literal_column("'%!.20g'"), expression)), else_=expression)


def _decimal_of_sqlite(
    held: TypeEngine[Any], plain: TypeEngine[Any], dialect: Dialect
) -> Carriage | None:
    """A decimal as the text that SQLAlchemy makes of the number, where SQLite is sure to write the same.

    It is not where the digits behind the last one are about a half of it.
    """
    if isinstance(plain, sqltypes.Float) or not isinstance(plain, sqltypes.Numeric):
        return None
    typed: TypeEngine[Any] = plain
    convert = typed.result_processor(dialect, None)
    scale: int = plain._effective_decimal_return_scale
    if (
        not plain.asdecimal
        or isinstance(held, TypeDecorator)
        or scale > _MOST_DIGITS
        or not convert
    ):
        return None
    make: Callable[[Any], Any] = convert

    def decode(value: str) -> Any:
        return make(float(value[1:])) if value.startswith(UNSURE) else Decimal(value)

    return Carriage(partial(_written, scale=scale), decode, sure=Decimal, is_value=True)


def _written(expression: Any, *, scale: int) -> Any:
    """A decimal as text: the number with its places, or all its digits behind `UNSURE`.

    ```sql
    CASE WHEN price BETWEEN 0.5e-2 AND 900000000000
              AND price * 100 - CAST(price * 100 AS INTEGER) NOT BETWEEN 0.49 AND 0.51
         THEN printf('%.2f', price)
         WHEN price IS NOT NULL THEN '~' || printf('%!.20g', price) END
    ```

    What is no number is more than any number to SQLite, so it is not between two of them.
    """
    number = type_coerce(expression, sqltypes.Float)
    unit: Any = literal_column(str(10**scale))
    rest = number * unit - cast(number * unit, sqltypes.Integer)
    most: Any = literal_column(str(_LARGEST // 10**scale))
    half = rest.between(literal_column("0.49"), literal_column("0.51"))
    # Below a half of the last digit there may be a zero with a sign.
    sure = and_(number.between(literal_column(f"0.5e-{scale}"), most), not_(half))
    text = func.printf(literal_column(f"'%.{scale}f'"), number)
    digits = literal_column(f"'{UNSURE}'").concat(
        func.printf(literal_column("'%!.20g'"), number, type_=Text)
    )
    return case((sure, text), (number.is_not(None), digits))


def _number(value: str | float) -> float:
    return float(value) if isinstance(value, str) else value


_IN_RECORD = (
    sqltypes.Boolean,
    sqltypes.Date,
    sqltypes.DateTime,
    sqltypes.Float,
    sqltypes.Integer,
    # PostgreSQL's own INTERVAL is one, and no Interval.
    _AbstractInterval,
    JSON,
    sqltypes.LargeBinary,
    sqltypes.Numeric,
    sqltypes.String,
    sqltypes.Time,
    sqltypes.Uuid,
)
_PLAIN_IN_JSON = (sqltypes.Boolean, sqltypes.Integer, sqltypes.String)

_POSTGRESQL: Mapping[type[TypeEngine[Any]], Carriage] = {
    sqltypes.Boolean: _AS_IT_IS,
    sqltypes.Integer: _AS_IT_IS,
    sqltypes.String: _AS_IT_IS,
    sqltypes.Date: Carriage(decode=dt.date.fromisoformat),
    sqltypes.DateTime: Carriage(decode=dt.datetime.fromisoformat),
    sqltypes.Time: Carriage(decode=dt.time.fromisoformat),
    # JSON has no NaN, no infinities, and reads -0 as a whole number.
    sqltypes.Float: Carriage(encode=_as_text, decode=float),
    sqltypes.Numeric: Carriage(encode=_as_text, decode=Decimal),
    sqltypes.LargeBinary: Carriage(encode=_as_hex, decode=bytes.fromhex),
    sqltypes.Uuid: Carriage(decode=UUID),
}

_SQLITE: Mapping[type[TypeEngine[Any]], Carriage] = {
    sqltypes.Boolean: _AS_IT_IS,
    sqltypes.Integer: _AS_IT_IS,
    sqltypes.String: _AS_IT_IS,
    sqltypes.Date: _AS_IT_IS,
    sqltypes.DateTime: _AS_IT_IS,
    sqltypes.Time: _AS_IT_IS,
    sqltypes.Uuid: _AS_IT_IS,
    # As text, so that JSON's null is another one than SQL's.
    JSON: _AS_IT_IS,
    sqltypes.Float: Carriage(encode=_digits, decode=_number),
    sqltypes.Numeric: Carriage(encode=_digits, decode=_number),
    sqltypes.LargeBinary: Carriage(encode=_hex_of_sqlite, decode=bytes.fromhex),
}
