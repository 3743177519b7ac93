"""Every kind of column, with the values at its edges."""

from __future__ import annotations

import datetime as dt
import enum
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    Time,
    Uuid,
)
from sqlalchemy.dialects import mysql, postgresql

from tests.truth.decorated import Blank, Cents, Money, Reversed, SentAsHex, Shouted, Tags

POSTGRESQL, MYSQL, SQLITE = "postgresql", "mysql", "sqlite"


class Colour(enum.Enum):
    RED = "red"
    GREEN = 2
    order = "größe"


class Size(enum.StrEnum):
    SMALL = "s"
    LARGE = "it's 100% “big”"


class Level(enum.IntEnum):
    LOW = 0
    HIGH = 10


@dataclass(frozen=True)
class Kind:
    """A kind of column."""

    name: str
    made: Callable[[str], Any]
    """Makes the type; takes a name that no other type has, which an enum needs."""
    annotation: Any
    values: tuple[Any, ...]
    """The simplest first."""
    also: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """What only some backends can hold."""
    backends: tuple[str, ...] = (SQLITE, POSTGRESQL, MYSQL)
    hashable: bool = True
    compared: bool = True
    """Whether `=` and ORDER BY work on it, the same for each run."""

    def values_on(self, backend: str) -> tuple[Any, ...]:
        """What a column of this kind may hold."""
        return self.values + self.also.get(backend, ())


_TEXTS = (
    "",
    "a",
    "Zoë",
    "👩‍👩‍👧 🎉",
    'it\'s "quoted" \\ back',
    "line\nfeed\ttab\rreturn",
    "100% :name %s ? {} $1",
    " spaces  ",
    "NULL",
    '{"a": [1]}',
    "\x01\x1f\x7f\u2028\ufeff",
)
_WITH_NUL = {SQLITE: ("nul\x00inside", "\x00"), MYSQL: ("nul\x00inside", "\x00")}
_DOUBLES = (0.0, 1.5, -0.0, 0.1, -1e-7, 1 / 3, 1.7976931348623157e308, 1e16, 123456789.123456789)
_INFINITE = (math.inf, -math.inf)
_NOT_FINITE = {SQLITE: _INFINITE, POSTGRESQL: (*_INFINITE, math.nan)}
_EXACT = tuple(
    Decimal(text) for text in ("0", "1", "-0.01", "10.50", "99999999.99", "-12345678.90", "0.10")
)
_HUGE = tuple(
    Decimal(text)
    for text in ("0", "1.5", "-9999999999999999999999999999.9999999999", "0.0000000001", "1E+20")
)
_DATES = tuple(
    dt.date(*parts) for parts in ((2024, 2, 29), (1969, 12, 31), (1, 1, 1), (9999, 12, 31))
)
_MOMENTS = (
    dt.datetime(2024, 2, 29, 12, 30),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
    dt.datetime(1, 1, 1),
    dt.datetime(9999, 12, 31, 23, 59, 59),
    dt.datetime(2024, 3, 31, 2, 30, 0, 1),
)
_ZONED = (
    dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC),
    dt.datetime(1969, 12, 31, 23, 59, 59, 999999, dt.timezone(dt.timedelta(hours=5, minutes=30))),
    dt.datetime(2, 1, 1, tzinfo=dt.UTC),
    dt.datetime(9998, 12, 31, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-11))),
)
_TIMES = (dt.time(12, 30), dt.time(0), dt.time(23, 59, 59, 999999), dt.time(0, 0, 0, 1))
_SPANS = (
    dt.timedelta(0),
    dt.timedelta(days=1, seconds=1),
    dt.timedelta(microseconds=1),
    dt.timedelta(days=-1, microseconds=1),
    dt.timedelta(hours=-3),
    dt.timedelta(days=4000, hours=23, minutes=59, seconds=59, microseconds=999999),
)
_BYTES = (b"", b"a", b"\x00", bytes(range(256)), b"'\\\"", b"\\x41", b"\xff" * 100)
_UUIDS = (
    uuid.UUID(int=0),
    uuid.UUID(int=2**128 - 1),
    uuid.UUID("12345678-1234-5678-9abc-123456789ABC"),
)
_DOCUMENTS: tuple[Any, ...] = (
    {},
    [],
    None,
    "text",
    "",
    "null",
    0,
    1.5,
    True,
    {"a": [1, None, {"b": "👩‍👩‍👧"}], "order": {"": []}},
    [[], [[]], {}, "\\\"'", 2**53 + 1, -1e-7],
    "line\nfeed \x01",
)

KINDS = (
    Kind("integer", lambda _: Integer(), int, (0, 1, -1, 2**31 - 1, -(2**31))),
    Kind("text", lambda _: Text(), str, (*_TEXTS, "long " * 1000), _WITH_NUL),
    Kind("string", lambda _: String(50), str, _TEXTS, _WITH_NUL),
    Kind("boolean", lambda _: Boolean(), bool, (False, True)),
    Kind("big", lambda _: BigInteger(), int, (0, 2**53 + 1, 2**63 - 1, -(2**63))),
    Kind("small", lambda _: SmallInteger(), int, (0, 7, -(2**15))),
    Kind("double", lambda _: Double(), float, (*_DOUBLES, 5e-324), _NOT_FINITE),
    Kind("float", lambda _: Float(), float, (0.0, 1.5, -0.25, 0.1, 1234567.0)),
    Kind("real", lambda _: Float(24), float, (0.0, 1.5, 0.1, -1e-7, 3.0e38)),
    Kind("decimal_float", lambda _: Float(53, asdecimal=True), Decimal, (0.0, 1.5, 0.1, -1e-7)),
    Kind("numeric", lambda _: Numeric(10, 2), Decimal, _EXACT),
    Kind("whole", lambda _: Numeric(20, 0), Decimal, (Decimal(0), Decimal(10), Decimal(-(10**19)))),
    Kind("huge", lambda _: Numeric(38, 10), Decimal, _HUGE),
    Kind("inexact", lambda _: Numeric(10, 2, asdecimal=False), float, _EXACT),
    Kind(
        "unbounded",
        lambda _: Numeric(),
        Decimal,
        (*_HUGE, Decimal("1E+40"), Decimal("1E-30"), Decimal("100.000"), Decimal("-0.0")),
        backends=(POSTGRESQL,),
    ),
    Kind("date", lambda _: Date(), dt.date, _DATES),
    Kind("moment", lambda _: DateTime(), dt.datetime, _MOMENTS),
    Kind("zoned", lambda _: DateTime(timezone=True), dt.datetime, _ZONED),
    Kind("fine_moment", lambda _: mysql.DATETIME(fsp=6), dt.datetime, _MOMENTS, backends=(MYSQL,)),
    Kind("time", lambda _: Time(), dt.time, _TIMES),
    Kind("fine_time", lambda _: mysql.TIME(fsp=6), dt.time, _TIMES, backends=(MYSQL,)),
    Kind(
        "zoned_time",
        lambda _: Time(timezone=True),
        dt.time,
        (dt.time(12, 30, tzinfo=dt.UTC), dt.time(0, tzinfo=dt.timezone(dt.timedelta(hours=-5)))),
        backends=(POSTGRESQL,),
    ),
    Kind("span", lambda _: Interval(), dt.timedelta, _SPANS),
    Kind("bytes", lambda _: LargeBinary(), bytes, _BYTES, backends=(SQLITE, POSTGRESQL)),
    Kind("blob", lambda _: SentAsHex(), bytes, _BYTES, backends=(MYSQL,)),
    Kind("uuid", lambda _: Uuid(), uuid.UUID, _UUIDS),
    Kind("uuid_text", lambda _: Uuid(as_uuid=False), str, tuple(str(one) for one in _UUIDS)),
    Kind("uuid_char", lambda _: Uuid(native_uuid=False), uuid.UUID, _UUIDS),
    Kind("enum", lambda name: Enum(Colour, name=name), Colour, tuple(Colour)),
    Kind("enum_text", lambda _: Enum(Colour, native_enum=False), Colour, tuple(Colour)),
    Kind(
        "enum_values",
        lambda name: Enum(
            Size, name=name, values_callable=lambda all_: [one.value for one in all_]
        ),
        Size,
        tuple(Size),
    ),
    Kind("enum_int", lambda name: Enum(Level, name=name), Level, tuple(Level)),
    Kind("choice", lambda name: Enum("a", "B c", "ü", name=name), str, ("a", "B c", "ü")),
    Kind("json", lambda _: JSON(), Any, _DOCUMENTS, hashable=False, compared=False),
    Kind(
        "json_none",
        lambda _: JSON(none_as_null=True),
        Any,
        tuple(document for document in _DOCUMENTS if document is not None),
        hashable=False,
        compared=False,
    ),
    Kind(
        "jsonb",
        lambda _: postgresql.JSONB(),
        Any,
        (*_DOCUMENTS, 10**30, 1.10),
        backends=(POSTGRESQL,),
        hashable=False,
        compared=False,
    ),
    Kind(
        "numbers",
        lambda _: ARRAY(Integer),
        list[Any],
        ([], [1], [None, 2**31 - 1], [0] * 40),
        backends=(POSTGRESQL,),
        hashable=False,
    ),
    Kind(
        "texts",
        lambda _: ARRAY(Text, as_tuple=True),
        tuple[Any, ...],
        ((), ("",), ("NULL", None, 'a"b,{}\\', "👩‍👩‍👧")),
        backends=(POSTGRESQL,),
    ),
    Kind(
        "matrix",
        lambda _: ARRAY(Numeric(10, 2), dimensions=2),
        list[Any],
        ([[Decimal("1.10")]], [[Decimal(0), None], [Decimal("-0.01"), Decimal("99.99")]]),
        backends=(POSTGRESQL,),
        hashable=False,
    ),
    Kind(
        "moments",
        lambda _: ARRAY(DateTime(timezone=True)),
        list[Any],
        ([], [_ZONED[0], None, _ZONED[1]]),
        backends=(POSTGRESQL,),
        hashable=False,
    ),
    Kind(
        "colours",
        lambda name: ARRAY(Enum(Colour, name=name)),
        list[Any],
        ([], [Colour.RED, Colour.order]),
        backends=(POSTGRESQL,),
        hashable=False,
    ),
    Kind("cents", lambda _: Cents(), Money, (Money(0), Money(-150))),
    Kind("reversed", lambda _: Reversed(), str, ("", "abc", "👩‍👩‍👧", "it's")),
    Kind("blank", lambda _: Blank(), str, ("-", "", "full"), compared=False),
    Kind("shouted", lambda _: Shouted(), str, ("", "quiet", "Loud")),
    Kind(
        "tags",
        lambda _: Tags(),
        frozenset[str],
        (frozenset(), frozenset({"a", "ü"})),
        compared=False,
    ),
)


def kinds_on(backend: str) -> list[Kind]:
    """The kinds that a backend has."""
    return [kind for kind in KINDS if backend in kind.backends]
