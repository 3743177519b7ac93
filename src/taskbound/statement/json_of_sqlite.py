"""JSON that SQLite writes: `json_object()` for each row.

A column of SQLite's may hold a value of any type, so each one is looked at.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Integer,
    LargeBinary,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import types as sqltypes

from taskbound.shape.json_form import Unwritten
from taskbound.statement.json_value import (
    JSON_KINDS,
    ByType,
    JsonEngine,
    JsonValue,
    Members,
    by_type,
    check_json,
    enum_value,
    fitting,
    plain_type,
    quoted,
)
from taskbound.statement.misfit import MISFIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Dialect, Select
    from sqlalchemy.types import TypeEngine

# Two arguments a member, of at most a hundred in older versions.
_MOST_MEMBERS = 50
# Python writes a decimal with an exponent where there are more zeros in front of its digits.
_MOST_DIGITS = 6
# Up to here a float has digits enough for its decimal places to be sure.
_LARGEST = 9 * 10**13
_CELL = "taskbound_cell"


def _literal(text: str) -> Any:
    return func.json(quoted(text))


_MISFIT = quoted(MISFIT)
_TRUE, _FALSE = _literal("true"), _literal("false")


def _value(found: TypeEngine[Any], wanted: Any, dialect: Dialect) -> JsonValue:
    plain = plain_type(found, dialect)
    if isinstance(plain, JSON):
        check_json(plain, wanted, dialect)
        return JsonValue(wanted, partial(_document, wanted=wanted), twice=True)
    return fitting(by_type(_VALUES, plain, dialect), wanted, found)


def _enum(plain: sqltypes.Enum, dialect: Dialect) -> JsonValue:
    return enum_value(plain, dialect, stored=_text, literal=_literal, misfit=_MISFIT)


def _uuid_of(plain: sqltypes.Uuid[Any], _: Dialect) -> JsonValue:
    if not plain.as_uuid:
        raise Unwritten(f"{plain!r} is kept as other text")
    return JsonValue(UUID, _uuid, twice=True)


def _float_of(plain: sqltypes.Float[Any], _: Dialect) -> JsonValue:
    if plain.asdecimal:
        raise Unwritten(f"{plain!r} becomes Decimal in Python")
    return JsonValue(float, _float, twice=True)


def _numeric(plain: sqltypes.Numeric[Any], _: Dialect) -> JsonValue:
    if not plain.asdecimal:
        return JsonValue(float, _float, twice=True)
    scale: int = plain._effective_decimal_return_scale
    if scale > _MOST_DIGITS:
        raise Unwritten(f"{plain!r} may hold what Python writes with an exponent")
    return JsonValue(Decimal, partial(_decimal, scale=scale), twice=True)


def _of_time(of: type[Any], write: Callable[[Any], Any]) -> ByType:
    def found(plain: Any, _: Dialect) -> JsonValue:
        if not vars(plain).keys().isdisjoint(("_storage_format", "_reg")):
            raise Unwritten(f"{plain!r} has a storage_format")
        return JsonValue(of, write, twice=True)

    return found


def _text(value: Any) -> Any:
    return type_coerce(value, Text)


def _number(value: float | str) -> Any:
    return literal_column(str(value))


def _of_kind(value: Any, *, kind: str) -> Any:
    kinds = func.typeof(value)
    return case((kinds == quoted(kind), value), (kinds != quoted("null"), _MISFIT))


def _checked(value: Any, written: Any, text: Any) -> Any:
    return case((written, text), (value.is_not(None), _MISFIT))


def _boolean(value: Any) -> Any:
    number = type_coerce(value, Integer)
    return case(
        (number == _number(1), _TRUE),
        (number == _number(0), _FALSE),
        (number.is_not(None), _MISFIT),
    )


def _float(value: Any) -> Any:
    """A float with all its digits; null where it is not finite."""
    number = type_coerce(value, sqltypes.Float)
    digits = func.printf(quoted("%!.17g"), number)
    # SQLite's last digits are not sure everywhere, and wrong in very large numbers.
    sure = and_(
        number.between(_number("-1e100"), _number("1e100")),
        cast(digits, sqltypes.REAL) == number,
    )
    infinite = or_(number == _number("9e999"), number == _number("-9e999"))
    return case(
        (func.typeof(value) == quoted("integer"), number),
        (and_(func.typeof(value) == quoted("real"), sure), func.json(digits)),
        (or_(number.is_(None), infinite), null()),
        else_=_MISFIT,
    )


def _decimal(value: Any, *, scale: int) -> Any:
    """The number as Python's `%.2f` writes it, which SQLite's does where it is not about to be halved."""
    number = type_coerce(value, sqltypes.Float)
    unit = 10**scale
    parts = number * _number(unit) - cast(number * _number(unit), Integer)
    most, least = _LARGEST // unit, f"-1e-{scale}"
    positive = number.between(_number(0), _number(most))
    # No zero with a sign.
    negative = number.between(_number(-most), _number(least))
    text = func.printf(quoted(f"%.{scale}f"), number)
    return case(
        (and_(positive, not_(parts.between(_number(0.49), _number(0.51)))), text),
        (and_(negative, not_(parts.between(_number(-0.51), _number(-0.49)))), text),
        (number.is_not(None), _MISFIT),
    )


def _uuid(value: Any) -> Any:
    text = _text(value)
    written = and_(
        func.typeof(value) == quoted("text"),
        func.length(text) == _number(32),
        not_(text.bool_op("GLOB")(quoted("*[^0-9a-f]*"))),
    )
    starts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    first, *others = (
        func.substr(text, _number(start), _number(length), type_=Text) for start, length in starts
    )
    written_out: Any = first
    for part in others:
        written_out = written_out.concat(quoted("-")).concat(part)
    return _checked(value, written, written_out)


def _date(value: Any) -> Any:
    text = _text(value)
    return _checked(value, and_(text == func.date(text), text >= quoted("0001")), text)


def _moment(value: Any) -> Any:
    text = _text(value)
    second = func.substr(text, _number(1), _number(19))
    written = and_(second == func.datetime(second), text >= quoted("0001"), _is_fine(text, 19))
    return _checked(value, written, _without_zeros(func.replace(text, quoted(" "), quoted("T"))))


def _time(value: Any) -> Any:
    text = _text(value)
    second = func.substr(text, _number(1), _number(8))
    return _checked(
        value, and_(second == func.time(second), _is_fine(text, 8)), _without_zeros(text)
    )


def _is_fine(text: Any, length: int) -> Any:
    """Whether nothing follows the seconds, or six digits."""
    rest = func.substr(text, _number(length + 1), type_=Text)
    return or_(rest == quoted(""), rest.bool_op("GLOB")(quoted("." + "[0-9]" * 6)))


def _without_zeros(text: Any) -> Any:
    return func.replace(text, quoted(".000000"), quoted(""))


# An Enum is a String too, and in SQLAlchemy 2.0 a Float is a Numeric: these stand first.
_VALUES: Mapping[type[Any], ByType] = {
    sqltypes.Boolean: lambda _, __: JsonValue(bool, _boolean, twice=True),
    sqltypes.Date: _of_time(dt.date, _date),
    sqltypes.DateTime: _of_time(dt.datetime, _moment),
    sqltypes.Enum: _enum,
    sqltypes.Float: _float_of,
    sqltypes.Integer: lambda _, __: JsonValue(int, partial(_of_kind, kind="integer"), twice=True),
    sqltypes.Numeric: _numeric,
    sqltypes.String: lambda _, __: JsonValue(str, partial(_of_kind, kind="text"), twice=True),
    sqltypes.Time: _of_time(dt.time, _time),
    sqltypes.Uuid: _uuid_of,
}


def _document(value: Any, *, wanted: Any) -> Any:
    text = _text(value)
    lower = func.lower(text, type_=Text)
    # Half a character, and a number that is infinite to Python.
    conditions = [
        func.instr(lower, quoted("\\ud")) == _number(0),
        not_(lower.bool_op("GLOB")(quoted("*e[0-9][0-9][0-9]*"))),
        not_(lower.bool_op("GLOB")(quoted("*e+[0-9][0-9][0-9]*"))),
    ]
    if wanted is not object:
        conditions.append(func.json_type(text) == quoted(JSON_KINDS[wanted]))
    return case(
        (value.is_(None), null()),
        # What is nothing but a number is no text to SQLite.
        (func.typeof(value) != quoted("text"), _float(value) if wanted is object else _MISFIT),
        (not_(func.json_valid(text)), _MISFIT),
        (and_(*conditions), func.json(text)),
        else_=_MISFIT,
    )


def _object(members: Members) -> Any:
    if len(members) > _MOST_MEMBERS:
        raise Unwritten(f"{len(members):,} members are too many for json_object()")
    return func.json_object(*(part for key, value in members for part in (quoted(key), value)))


def _columns(members: Members) -> list[Any]:
    return [_object(members).label(_CELL)]


def _array(rows: Select[Any]) -> Any:
    return func.json(select(_joined(rows, "[", "]")).scalar_subquery())


def _keyed(rows: Select[Any]) -> Any:
    pairs = rows.subquery()
    key, value = pairs.c
    member = func.json_quote(cast(key, Text), type_=Text).concat(quoted(":")).concat(value)
    found = _between("{", func.group_concat(member, quoted(","), type_=Text), "}")
    return func.json(select(found).select_from(pairs).scalar_subquery())


def _joined(rows: Select[Any], opening: str, closing: str) -> Any:
    (cell,) = rows.subquery().c
    return _between(opening, func.group_concat(cell, quoted(","), type_=Text), closing)


def _between(opening: str, text: Any, closing: str) -> Any:
    filled = func.coalesce(text, quoted(""), type_=Text)
    return quoted(opening).concat(filled).concat(quoted(closing))


def _whole(rows: Select[Any], _: Dialect) -> Select[Any]:
    # As bytes, so that nothing has to be decoded.
    return select(cast(_joined(rows, "[", "]"), LargeBinary))


def _truth(exists: Any) -> Any:
    return case((exists, _TRUE), else_=_FALSE)


SQLITE = JsonEngine(_value, _literal, _truth, _object, _columns, _array, _keyed, _whole)
