"""One value of the file, as a column of the shop takes it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, String

from shop.models.moment import Moment
from shop.models.money import CENT, Money
from shop.schemas.number import LARGEST

LARGEST_BIG = 2**63 - 1
# The largest amount that NUMERIC(10, 2) holds.
DEAREST = Decimal("99999999.99")
# Characters of a text without a length of its own, as in a customer's note.
LONGEST = 10_000

# PostgreSQL keeps no NUL, and half a character of UTF-16 is none in UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Columns that count from 1; the others may be 0.
_FROM_ONE = frozenset({"id", "quantity"})
# Characters of a wrong value that a message repeats.
_SHOWN = 60


def fitting(value: object, column: Column[Any]) -> Any:
    """`value` as `column` takes it: empty text stays empty text, and null stays null.

    A time without a zone is in UTC. Raises `ValueError`, which says what the column wants instead.
    """
    if value is None and column.nullable:
        return None
    match column.type:
        case Integer():
            return _whole(value, column)
        case String():
            return _text(value, column.type.length or LONGEST)
        case Money():
            return _money(value)
        case Moment():
            return _moment(value)
        case Date():
            return _day(value)
    raise NotImplementedError(f"{column} takes nothing from a file")


def shown(value: object) -> str:
    """A value of the file as a message shows it: on one line, not too long, nothing hidden in it."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case Decimal():
            text = str(value)
        case _:
            text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."


def _whole(value: object, column: Column[Any]) -> int:
    # In Python a bool is an int.
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"must be a whole number, is {shown(value)}")  # noqa: TRY004
    least = 1 if column.key in _FROM_ONE else 0
    largest = LARGEST_BIG if isinstance(column.type, BigInteger) else LARGEST
    if not least <= value <= largest:
        raise ValueError(f"must be between {least} and {largest}, is {shown(value)}")
    return value


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, is {shown(value)}")  # noqa: TRY004
    if _UNSTORABLE.search(value):
        raise ValueError(f"holds a character that databases do not keep: {shown(value)}")
    if len(value) > longest:
        raise ValueError(f"must have {longest} characters at most, has {len(value)}")
    return value


def _money(value: object) -> Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise ValueError(f"must be an amount of money, is {shown(value)}")  # noqa: TRY004
    if not 0 <= value <= DEAREST:
        raise ValueError(f"must be between 0 and {DEAREST}, is {shown(value)}")
    exact = Decimal(value).quantize(CENT)
    if exact != value:
        raise ValueError(f"must have two decimal places at most, is {shown(value)}")
    return exact


def _moment(value: object) -> datetime:
    try:
        moment = _iso(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"must be a date and time, is {shown(value)}") from None


def _day(value: object) -> date:
    try:
        moment = _iso(value)
        # A time of the day would be lost; 00:00:00 is how the data set writes a day.
        return date.fromisoformat(moment.isoformat().removesuffix("T00:00:00"))
    except ValueError:
        raise ValueError(f"must be a date, is {shown(value)}") from None


def _iso(value: object) -> datetime:
    # A number may look like a date.
    return datetime.fromisoformat(value if isinstance(value, str) else "")
