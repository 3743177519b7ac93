"""The parameters of a prepared projection, looked at before anything is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from sqlalchemy import BindParameter, Enum, TypeDecorator
from sqlalchemy.sql import visitors

from taskbound.errors import UnfitParameters

# What a driver takes for a type beside its own values.
_ALSO: Mapping[type[Any], tuple[type[Any], ...]] = {
    float: (int, Decimal),
    Decimal: (int, float),
    bytes: (bytearray, memoryview),
}
# What is a subclass in Python, and another thing to a database.
_NEVER: Mapping[type[Any], tuple[type[Any], ...]] = {dt.date: (dt.datetime,)}


def check_parameters(
    dto: str, wanted: Mapping[str, BindParameter[Any]], given: Mapping[str, Any]
) -> None:
    """Raise `UnfitParameters` where a parameter is missing, unknown, or of a type that does not fit."""
    for name in given:
        if name not in wanted:
            raise _unknown(dto, name, wanted)
    for name, bind in wanted.items():
        if name not in given:
            if bind.required:
                raise UnfitParameters(
                    dto=dto, reason=f"needs the parameter {name}", cure=f"give {name}=..."
                )
        else:
            check_value(dto, name, bind, given[name])


def check_value(dto: str, name: str, bind: BindParameter[Any], value: Any) -> None:
    """Raise `UnfitParameters` where a value is of a type that the parameter's type cannot hold."""
    if not bind.expanding:
        _check(dto, name, bind.type, value)
        return
    if not isinstance(value, Collection) or isinstance(value, str | bytes):
        raise UnfitParameters(
            dto=dto,
            reason=f"takes several values for {name}, not one {type(value).__name__}",
            cure=f"give {name} a list",
        )
    for item in value:
        _check(dto, name, bind.type, item)


def _check(dto: str, name: str, held: Any, value: Any) -> None:
    wanted = _python_type(held)
    if value is None or wanted is None:
        return
    fits = isinstance(value, (wanted, *_ALSO.get(wanted, ())))
    if fits and not isinstance(value, _NEVER.get(wanted, ())):
        return
    raise UnfitParameters(
        dto=dto,
        reason=f"takes {wanted.__name__} for {name}, not {type(value).__name__}",
        cure=f"give {name} a value of type {wanted.__name__}",
    )


def _python_type(held: Any) -> type[Any] | None:
    """The type of a column's values; None where values of others may be taken too."""
    if isinstance(held, TypeDecorator | Enum):
        return None
    try:
        found: type[Any] = held.python_type
    except NotImplementedError:
        return None
    # JSON says dict in SQLAlchemy 2.0, and takes any JSON value.
    return None if found in {object, dict, list} else found


def _unknown(dto: str, name: str, wanted: Mapping[str, BindParameter[Any]]) -> UnfitParameters:
    nearest = get_close_matches(name, wanted, n=1)
    takes = f"it takes {', '.join(wanted)}" if wanted else "it takes none"
    return UnfitParameters(
        dto=dto,
        reason=f"has no parameter {name}",
        cure=f"did you mean {nearest[0]}?" if nearest else takes,
    )


def named_parameters(statement: Any) -> dict[str, BindParameter[Any]]:
    """The parameters that a statement names; its own values have none."""
    return {
        bind.key: bind
        for bind in visitors.iterate(statement)
        if isinstance(bind, BindParameter) and not bind.unique
    }
