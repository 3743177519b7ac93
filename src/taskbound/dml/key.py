"""Which row is meant: its primary key, as the caller gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from taskbound.errors import UnfitValues
from taskbound.statement.change import KEY
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Dialect

    from taskbound.dml.columns import Columns


VALUES = frozenset((int, str, UUID))
"""The types of most keys, which need no look at what they are."""


def key_of(columns: Columns, key: Any) -> dict[str, Any]:
    """The values of a primary key by attribute.

    key: a value; for a key of several columns a tuple in their order, or a dict by attribute.

    Raises `UnfitValues` where it is none of the class.
    """
    names = columns.key
    if len(names) == 1 and type(key) in VALUES:
        return {names[0]: key}
    if isinstance(key, Mapping):
        given = dict(key) if set(key) == set(names) else None
    else:
        parts = key if isinstance(key, tuple) else (key,)
        given = dict(zip(names, parts, strict=True)) if len(parts) == len(names) else None
    if given is None or None in given.values():
        raise UnfitValues(
            model=columns.name,
            reason="is named by what is no key of it",
            cure=f"its key is ({', '.join(names)})",
        )
    return {name: given[name] for name in names}


def key_within(columns: Columns, values: dict[str, Any]) -> dict[str, Any] | None:
    """The key among the values of a row, which are then without it; None where it is not whole."""
    if not all(values.get(name) is not None for name in columns.key):
        return None
    return {name: values.pop(name) for name in columns.key}


class Attribute(NamedTuple):
    """Where a row that a driver returns has an attribute."""

    name: str
    place: int
    convert: Callable[[Any], Any] | None
    """Makes of what the driver returns the value in Python."""

    @classmethod
    def of(cls, columns: Columns, name: str, place: int, dialect: Dialect) -> Attribute:
        """The attribute of a class."""
        return cls(name, place, converter(columns.by_attribute[name].type, dialect))


def attributes_of_row(attributes: Iterable[Attribute], row: Sequence[Any]) -> dict[str, Any]:
    """The values in Python of what a driver returns, by attribute."""
    return {
        name: convert(row[place]) if convert else row[place] for name, place, convert in attributes
    }


def key_parameters(key: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that stand for a key in a statement."""
    return {f"{KEY}{name}": value for name, value in key.items()}
