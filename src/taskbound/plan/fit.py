"""Whether a field's type can hold the values of a column.

Refused is only what is sure not to fit: of a user's own type, or of a union, it is not known.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin
from uuid import UUID

from sqlalchemy import ARRAY, TypeDecorator
from sqlalchemy import Enum as EnumType

from taskbound.shape import Taking, spelled
from taskbound.shape.annotation import options, plain
from taskbound.shape.unset import is_unset_type

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

_KNOWN: frozenset[type] = frozenset(
    (
        bool,
        bytes,
        dict,
        dt.date,
        dt.datetime,
        dt.time,
        dt.timedelta,
        Decimal,
        float,
        frozenset,
        int,
        list,
        set,
        str,
        tuple,
        NoneType,
        UUID,
    )
)
_NUMBERS = frozenset((bool, float, int, Decimal))
_TEXTS = frozenset((bytes, str))
_ARRAYS = frozenset((list, tuple))
# What Pydantic makes of values by itself. Whether it can, is for some, as for text, a matter of the value.
_CONVERTED: dict[type, frozenset[type]] = {
    bool: _NUMBERS | _TEXTS,
    bytes: _TEXTS,
    dt.date: _TEXTS | {dt.datetime, int},
    dt.datetime: _TEXTS | {dt.date, int, float, Decimal},
    dt.time: _TEXTS | {int, float, Decimal},
    dt.timedelta: _TEXTS | _NUMBERS,
    Decimal: frozenset((float, int, str)),
    Enum: _NUMBERS | {str},
    float: _NUMBERS | _TEXTS,
    frozenset: _ARRAYS,
    int: _NUMBERS | _TEXTS,
    list: _ARRAYS,
    set: _ARRAYS,
    str: _TEXTS,
    tuple: _ARRAYS,
    UUID: _TEXTS,
}
# What drivers take for a column beside its own values.
_TAKEN: dict[type, frozenset[type]] = {
    Decimal: frozenset((float, int)),
    float: frozenset((int, Decimal)),
    list: frozenset((tuple, set, frozenset)),
    tuple: frozenset((list, set, frozenset)),
}
# What is a subclass of the other in Python, and no value of it to a reader: a bool is no number.
_ONLY_BY_INHERITANCE = {(int, bool), (dt.date, dt.datetime)}


def misfit(wanted: Any, held: TypeEngine[Any], taking: Taking) -> str | None:
    """The name of the type that a column holds, where a field of type `wanted` is sure not to take it."""
    values = held_by(held)
    if taking is Taking.FREELY or not _is_known(values):
        return None
    if any(_takes(option, values, taking) for option in options(wanted)):
        return None
    return spelled(values)


def held_by(column: TypeEngine[Any]) -> type[Any]:
    """The type of a column's values, `object` where it is not known."""
    if isinstance(column, ARRAY):
        return tuple if column.as_tuple else list
    try:
        held = column.python_type
    except NotImplementedError:
        return object
    # JSON says dict in SQLAlchemy 2.0, and holds any JSON value.
    return object if held is dict else held


def _takes(wanted: Any, held: type[Any], taking: Taking) -> bool:
    choices = _classes(wanted)
    return any(
        not _is_known(choice) or _holds(choice, held) or _converts(choice, held, taking)
        for choice in choices
    )


def _holds(wanted: type[Any], held: type[Any]) -> bool:
    # Type checkers let an int stand for a float too.
    return (issubclass(held, wanted) or (wanted, held) == (float, int)) and (
        wanted,
        held,
    ) not in _ONLY_BY_INHERITANCE


def _converts(wanted: type[Any], held: type[Any], taking: Taking) -> bool:
    if taking is not Taking.CONVERTED:
        return False
    if issubclass(held, Enum):  # by the members' values, of which nothing is known here
        return True
    return held in _CONVERTED.get(Enum if issubclass(wanted, Enum) else wanted, ())


def _classes(wanted: Any) -> list[Any]:
    """The classes of which one has to fit."""
    wanted, _, _ = plain(wanted)
    if get_origin(wanted) is Literal:
        return [type(value) for value in get_args(wanted)]
    while hasattr(wanted, "__supertype__"):  # a NewType
        wanted = wanted.__supertype__
    return [get_origin(wanted) or wanted]


def _is_known(held: Any) -> bool:
    return held in _KNOWN or (isinstance(held, type) and issubclass(held, Enum))


def unaccepted(given: Any, column: TypeEngine[Any]) -> str | None:
    """The name of the type that a column holds, where it is sure not to take values of type `given`."""
    values = held_by(column)
    if isinstance(column, TypeDecorator | EnumType) or not _is_known(values):
        return None
    wanted = [option for option in options(given) if not is_unset_type(option)]
    if not wanted or any(_accepts(values, choice) for each in wanted for choice in _classes(each)):
        return None
    return spelled(values)


def _accepts(held: type[Any], given: Any) -> bool:
    if not _is_known(given) or issubclass(given, Enum):
        return True
    return given in _TAKEN.get(held, ()) or (
        issubclass(given, held) and (held, given) not in _ONLY_BY_INHERITANCE
    )
