"""Columns, and values that they may hold: enough for Pydantic to take one of them wherever it can."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from functools import cache
from typing import Any

import pydantic
from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    Text,
    Time,
    Uuid,
)
from sqlalchemy.types import TypeEngine

COLUMNS: dict[type, TypeEngine[Any]] = {
    bool: Boolean(),
    bytes: LargeBinary(),
    dt.date: Date(),
    dt.datetime: DateTime(),
    dt.time: Time(),
    dt.timedelta: Interval(),
    Decimal: Numeric(),
    float: Float(),
    int: Integer(),
    list: ARRAY(Integer),
    str: Text(),
    tuple: ARRAY(Integer, as_tuple=True),
    uuid.UUID: Uuid(),
}
_VALUES: dict[type, list[Any]] = {
    bool: [True],
    bytes: [b"1", b"2020-01-01", b"12:00", b"P1D", uuid.uuid4().bytes],
    dt.date: [dt.date(2020, 1, 1)],
    dt.datetime: [dt.datetime(2020, 1, 1)],
    dt.time: [dt.time(12)],
    dt.timedelta: [dt.timedelta(days=1)],
    Decimal: [Decimal(1)],
    float: [1.0],
    int: [0],
    list: [[]],
    str: ["1", "a", "2020-01-01", "12:00", "P1D", str(uuid.uuid4())],
    tuple: [()],
    uuid.UUID: [uuid.uuid4()],
}
WANTED: list[type] = [*COLUMNS, dict, frozenset, set]


@cache
def pydantic_takes(wanted: type, held: type) -> bool:
    """Whether Pydantic takes any of the values that a column of `held` may have."""
    return any(_is_taken(wanted, value) for value in _VALUES[held])


def _is_taken(wanted: type, value: Any) -> bool:
    try:
        pydantic.TypeAdapter(wanted).validate_python(value)
    except pydantic.ValidationError:
        return False
    return True
