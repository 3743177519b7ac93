"""The parameters of a prepared projection, looked at before anything is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from sqlalchemy import BindParameter, Enum, TypeDecorator
from sqlalchemy.sql import visitors

from taskbound.errors import UnfitParameters
from taskbound.shape import spelled

# What a driver takes for a type beside its own values.
_ALSO: Mapping[type[Any], tuple[type[Any], ...]] = {
    float: (int, Decimal),
    Decimal: (int, float),
    bytes: (bytearray, memoryview),
}
# What is a subclass in Python, and another thing to a database.
_NEVER: Mapping[type[Any], tuple[type[Any], ...]] = {dt.date: (dt.datetime,)}


class Parameters:
    """What a statement takes: the parameters that it names; its own values have no name."""

    __slots__ = ("_binds", "_types")

    def __init__(self, statement: Any) -> None:
        self._binds: dict[str, BindParameter[Any]] = {
            bind.key: bind
            for bind in visitors.iterate(statement)
            if isinstance(bind, BindParameter) and not bind.unique
        }
        # What fits at first sight; the rest is looked at more closely.
        self._types: dict[str, type[Any] | None] = {
            name: None if bind.expanding else _python_type(bind.type)
            for name, bind in self._binds.items()
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._binds)

    @property
    def are_needed(self) -> bool:
        """Whether one of them has no value by itself."""
        return any(bind.required for bind in self._binds.values())

    def check(self, dto: Any, given: Mapping[str, Any]) -> None:
        """Raise `UnfitParameters` where one is missing, unknown, or of a type that does not fit.

        dto: the type, for the message.
        """
        types = self._types
        if len(given) == len(types):
            for name, value in given.items():
                if types.get(name) is not type(value):
                    break
            else:
                return
        self._check_closely(spelled(dto), given)

    def _check_closely(self, dto: str, given: Mapping[str, Any]) -> None:
        for name in given:
            if name not in self._binds:
                raise _unknown(dto, name, self._binds)
        for name, bind in self._binds.items():
            if name in given:
                check_value(dto, name, bind, given[name])
            elif bind.required:
                raise UnfitParameters(
                    dto=dto, reason=f"needs the parameter {name}", cure=f"give {name}=..."
                )


def check_children(dto: Any, children: object) -> None:
    """Raise `UnfitParameters` where the way in which children are to be read is none that there is."""
    if children not in {None, "inline", "batch"}:
        raise UnfitParameters(
            dto=spelled(dto),
            reason=f"was asked for with children={children!r}",
            cure='write children="inline" or children="batch", or leave it to the plan',
        )


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
