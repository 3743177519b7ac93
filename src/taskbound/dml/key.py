"""Which row is meant: its primary key, as the caller gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from taskbound.errors import UnfitValues
from taskbound.statement.change import KEY
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Dialect

    from taskbound.dml.columns import Columns


def key_of(columns: Columns, key: Any) -> dict[str, Any]:
    """The values of a primary key by attribute.

    key: a value; for a key of several columns a tuple in their order, or a dict by attribute.

    Raises `UnfitValues` where it is none of the class.
    """
    names = columns.key
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


def key_of_row(columns: Columns, row: Sequence[Any], dialect: Dialect) -> dict[str, Any]:
    """The primary key by attribute, of a row that begins with what a driver returns for it."""
    found: dict[str, Any] = {}
    for name, value in zip(columns.key, row, strict=False):
        convert = converter(columns.by_attribute[name].type, dialect)
        found[name] = convert(value) if convert else value
    return found


def key_parameters(key: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that stand for a key in a statement."""
    return {f"{KEY}{name}": value for name, value in key.items()}
