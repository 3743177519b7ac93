"""JSON that PostgreSQL writes: an object for each row of a SELECT, named by its columns."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import JSON, Double, Text, and_, case, cast, func, literal_column, or_, select
from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

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
    in_quotes,
    plain_type,
    quoted,
)
from taskbound.statement.misfit import MISFIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Dialect, Select
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

# Bytes of a name; the server cuts off what is longer.
_LONGEST_NAME = 63
_MOST_COLUMNS = 1600
# Python writes a decimal with an exponent where there are more zeros in front of its digits.
_MOST_DIGITS = 6
_MOST_DIGITS_OF_DOUBLE = 300
_ROWS = "taskbound_rows"
_UTC = ("UTC", "Etc/UTC")


class _Object(FunctionElement[Any]):
    """`row_to_json()` of values that stand in no SELECT of their own."""

    name = "taskbound_object"
    type = JSON()
    inherit_cache = False

    def __init__(self, members: Members) -> None:
        self.keys = [key for key, _ in members]
        super().__init__(*(value for _, value in members))


@compiles(_Object)
def _written_object(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    quote = compiler.preparer.quote_identifier
    columns = ", ".join(
        f"{compiler.process(value, **kw)} AS {quote(key)}"
        for key, value in zip(element.keys, element.clauses, strict=True)
    )
    # Written by the compiler, each part of it quoted.
    return f"(SELECT row_to_json({_ROWS}.*) FROM (SELECT {columns}) AS {_ROWS})"  # noqa: S608


class _Record(FunctionElement[Any]):
    """A row of a subquery as a whole. A column cannot be meant by it, whatever its name."""

    name = "taskbound_record"
    inherit_cache = False


@compiles(_Record)
def _written_record(_: Any, __: SQLCompiler, **___: Any) -> str:
    return f"{_ROWS}.*"


def _literal(text: str) -> Any:
    return literal_column(f"{in_quotes(text)}::json", JSON)


_MISFIT = _literal(json.dumps(MISFIT))


def _value(found: TypeEngine[Any], wanted: Any, dialect: Dialect) -> JsonValue:
    plain = plain_type(found, dialect)
    if isinstance(plain, JSON):
        return _document(plain, wanted, dialect)
    return fitting(by_type(_VALUES, plain, dialect), wanted, found)


def _enum(plain: sqltypes.Enum, dialect: Dialect) -> JsonValue:
    stored = partial(cast, type_=Text)
    return enum_value(plain, dialect, stored=stored, literal=_literal, misfit=_MISFIT)


def _uuid(plain: sqltypes.Uuid[Any], _: Dialect) -> JsonValue:
    if not (plain.as_uuid and plain.native_uuid):
        raise Unwritten(f"{plain!r} is kept as text")
    return JsonValue(UUID)


def _double(plain: sqltypes.Numeric[Any] | sqltypes.Float[Any], dialect: Dialect) -> JsonValue:
    if plain.asdecimal:
        raise Unwritten(f"{plain!r} becomes Decimal in Python")
    return JsonValue(float, _float_of_asyncpg if dialect.driver == "asyncpg" else _float)


def _numeric(plain: sqltypes.Numeric[Any], dialect: Dialect) -> JsonValue:
    # SQLAlchemy 2.0 has no Float of psycopg's but by this name.
    if plain.__visit_name__ == "float":
        return _double(plain, dialect)
    if not plain.asdecimal:
        if (plain.precision or _MOST_DIGITS_OF_DOUBLE) >= _MOST_DIGITS_OF_DOUBLE:
            raise Unwritten(f"{plain!r} may hold what is no float")
        return JsonValue(float, _float_of_asyncpg)
    if (plain.scale or 0) > _MOST_DIGITS:
        raise Unwritten(f"{plain!r} may hold what Python writes with an exponent")
    write = _decimal_of_asyncpg if dialect.driver == "asyncpg" else _decimal
    return JsonValue(Decimal, write, twice=True)


def _decimal(number: Any) -> Any:
    # NaN and the infinities have no scale.
    written = func.scale(number) <= literal_column(str(_MOST_DIGITS))
    return _checked(number, written, func.to_json(cast(number, Text)))


def _decimal_of_asyncpg(number: Any) -> Any:
    # The driver has an exponent for the zeros at the end of a whole number, four at a time.
    zero: Any = literal_column("0")
    scale = func.scale(number)
    last_digits = func.mod(number, literal_column("10000"))
    whole = and_(scale == zero, or_(last_digits != zero, number == zero))
    places = scale.between(literal_column("1"), literal_column(str(_MOST_DIGITS)))
    return _checked(number, or_(places, whole), func.to_json(cast(number, Text)))


def _float(number: Any) -> Any:
    """A float; null where it is not finite."""
    for infinite in ("'NaN'", "'Infinity'", "'-Infinity'"):
        number = func.nullif(number, literal_column(infinite))
    return number


def _float_of_asyncpg(number: Any) -> Any:
    # The driver has a REAL as the double with the same value, which has more digits.
    return _float(cast(number, Double))


def _date(day: Any) -> Any:
    written = day.between(literal_column("DATE '0001-01-01'"), literal_column("DATE '9999-12-31'"))
    return _checked(day, written, func.to_json(day))


def _time(time: Any) -> Any:
    written = time < literal_column("TIME '24:00:00'")
    return _checked(time, written, func.to_json(_without_zeros(time, "HH24:MI:SS.US")))


def _datetime(plain: sqltypes.DateTime, dialect: Dialect) -> JsonValue:
    if not plain.timezone:
        return JsonValue(dt.datetime, _moment, twice=True)
    # asyncpg gives UTC, and psycopg the timezone of the session.
    write = _moment_in_utc if dialect.driver == "asyncpg" else _moment_where_in_utc
    return JsonValue(dt.datetime, write, twice=True)


def _time_of_day(plain: sqltypes.Time, _: Dialect) -> JsonValue:
    if plain.timezone:
        raise Unwritten(f"{plain!r} has a timezone of its own for each value")
    return JsonValue(dt.time, _time, twice=True)


_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US'


def _moment(moment: Any) -> Any:
    written = and_(
        moment >= literal_column("TIMESTAMP '0001-01-01'"),
        moment < literal_column("TIMESTAMP '10000-01-01'"),
    )
    return _checked(moment, written, func.to_json(_without_zeros(moment, _FORMAT)))


def _moment_in_utc(moment: Any) -> Any:
    return _checked(moment, _is_in_calendar(moment), _in_utc(moment))


def _moment_where_in_utc(moment: Any) -> Any:
    timezone = literal_column("(SELECT current_setting('TimeZone'))", Text)
    in_utc = or_(*(timezone == quoted(name) for name in _UTC))
    return _checked(moment, and_(in_utc, _is_in_calendar(moment)), _in_utc(moment))


def _is_in_calendar(moment: Any) -> Any:
    # With days to spare for every timezone.
    return moment.between(
        literal_column("TIMESTAMPTZ '0001-01-03 00:00:00+00'"),
        literal_column("TIMESTAMPTZ '9999-12-29 00:00:00+00'"),
    )


def _in_utc(moment: Any) -> Any:
    naive = func.timezone(quoted("UTC"), moment)
    return func.to_json(_without_zeros(naive, _FORMAT).concat(quoted("Z")))


def _without_zeros(moment: Any, form: str) -> Any:
    """The text of a time: with microseconds where there are any."""
    return func.replace(
        func.to_char(moment, quoted(form)), quoted(".000000"), quoted(""), type_=Text
    )


def _document(plain: JSON, wanted: Any, dialect: Dialect) -> JsonValue:
    check_json(plain, wanted, dialect)
    binary = isinstance(plain, JSONB)
    if binary and wanted is object:
        return JsonValue(object)
    return JsonValue(wanted, partial(_checked_document, wanted=wanted, binary=binary), twice=True)


_BACKSLASH = "[\\\\]"
_FIRST_HALF, _SECOND_HALF = f"{_BACKSLASH}ud[89ab]..", f"{_BACKSLASH}ud[c-f].."
_UNSURE_IN_JSON = (
    # Half a character, which is none in UTF-8; and what may only look like it.
    f"{_FIRST_HALF}(?!{_SECOND_HALF})",
    f"(?<!{_FIRST_HALF}){_SECOND_HALF}",
    f"{_BACKSLASH}{_BACKSLASH}u",
    # A number that is infinite to Python.
    "e[+]?[0-9]{3}|[0-9]{250}",
)


def _checked_document(document: Any, *, wanted: Any, binary: bool) -> Any:
    conditions = []
    if wanted is not object:
        kind = func.jsonb_typeof if binary else func.json_typeof
        conditions.append(kind(document) == quoted(JSON_KINDS[wanted]))
    if not binary:
        text = func.lower(cast(document, Text))
        conditions += [text.bool_op("!~")(quoted(unsure)) for unsure in _UNSURE_IN_JSON]
    return _checked(document, and_(*conditions), func.to_json(document))


def _checked(value: Any, written: Any, text: Any) -> Any:
    return case((written, text), (value.is_not(None), _MISFIT))


def _as_it_is(of: type[Any]) -> ByType:
    return lambda _, __: JsonValue(of)


# An Enum is a String too, and in SQLAlchemy 2.0 a Float is a Numeric: these stand first.
_VALUES: Mapping[type[Any], ByType] = {
    sqltypes.Boolean: _as_it_is(bool),
    sqltypes.Date: lambda _, __: JsonValue(dt.date, _date, twice=True),
    sqltypes.DateTime: _datetime,
    sqltypes.Enum: _enum,
    sqltypes.Float: _double,
    sqltypes.Integer: _as_it_is(int),
    sqltypes.Numeric: _numeric,
    sqltypes.String: _as_it_is(str),
    sqltypes.Time: _time_of_day,
    sqltypes.Uuid: _uuid,
}


def _object(members: Members) -> Any:
    return _Object(_checked_members(members))


def _columns(members: Members) -> list[Any]:
    return [value.label(key) for key, value in _checked_members(members)]


def _checked_members(members: Members) -> Members:
    for key, _ in members:
        if not 0 < len(key.encode()) <= _LONGEST_NAME or "\x00" in key:
            raise Unwritten(f"{key!r} is no name for a column")
    if len(members) > _MOST_COLUMNS:
        raise Unwritten(f"{len(members):,} columns are too many")
    return members


def _array(rows: Select[Any]) -> Any:
    objects = rows.subquery(_ROWS)
    found = func.coalesce(func.array_to_json(func.array_agg(_Record())), _literal("[]"))
    return select(found).select_from(objects).scalar_subquery()


def _keyed(rows: Select[Any]) -> Any:
    pairs = rows.subquery(_ROWS)
    key, value = pairs.c
    found = func.coalesce(func.json_object_agg(key, value), _literal("{}"))
    return select(found).select_from(pairs).scalar_subquery()


def _whole(rows: Select[Any], dialect: Dialect) -> Select[Any]:
    objects = rows.subquery(_ROWS)
    texts = func.string_agg(cast(func.row_to_json(_Record()), Text), quoted(","), type_=Text)
    text = quoted("[").concat(func.coalesce(texts, quoted(""), type_=Text)).concat(quoted("]"))
    # What comes as bytes need not be decoded; psycopg has bytes sent as digits.
    sent = func.convert_to(text, quoted("UTF8")) if dialect.driver == "asyncpg" else text
    return select(sent).select_from(objects)


def _truth(exists: Any) -> Any:
    return exists


POSTGRESQL = JsonEngine(_value, _literal, _truth, _object, _columns, _array, _keyed, _whole)
