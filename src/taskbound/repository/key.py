"""The primary key of a mapped class, as a DTO."""

from __future__ import annotations

from dataclasses import make_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import class_mapper

from taskbound.statement import key_names

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper


def key_dto(model: type[Any]) -> type[Any]:
    """A DTO of nothing but the key, for what asks whether there are rows and reads none."""
    return _key_dto(class_mapper(model))


@lru_cache(maxsize=1024)
def _key_dto(mapper: Mapper[Any]) -> type[Any]:
    names = key_names(mapper)
    return make_dataclass(f"{mapper.class_.__name__}Key", [(name, Any) for name in names])
