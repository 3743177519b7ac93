"""The primary key of a mapped class, as a DTO and as a condition."""

from __future__ import annotations

from dataclasses import make_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import class_mapper

from taskbound.dml.columns import columns_of
from taskbound.dml.key import key_of
from taskbound.dml.rows import among as any_of
from taskbound.statement import key_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapper


def key_dto(model: type[Any]) -> type[Any]:
    """A DTO of nothing but the key, for what asks whether there are rows and reads none."""
    return _key_dto(class_mapper(model))


@lru_cache(maxsize=1024)
def _key_dto(mapper: Mapper[Any]) -> type[Any]:
    names = key_names(mapper)
    return make_dataclass(f"{mapper.class_.__name__}Key", [(name, Any) for name in names])


def among(model: type[Any], keys: Iterable[Any]) -> ColumnElement[bool]:
    """The condition for the rows with one of the keys.

    keys: each a value; for a key of several columns a tuple in their order, or a dict by attribute.

    Raises `UnfitValues` where one is no key of the class.
    """
    columns = columns_of(model)
    return any_of(columns, [tuple(key_of(columns, key).values()) for key in keys])
