"""One row by its primary key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, bindparam

from taskbound.errors import UnfitParameters
from taskbound.read.parameters import check_value
from taskbound.statement import key_names, uncut

if TYPE_CHECKING:
    from sqlalchemy import Select

    from taskbound.plan import Plan
    from taskbound.read.asked import Asked, T

_PREFIX = "taskbound_key_"


def by_key(asked: Asked[T], key: Any) -> Asked[T]:
    """The question for the one row with a key.

    Raises `UnfitParameters` where the key is not one of the model's.
    """
    entity, plan = asked.planned()
    values = values_of(plan, key)

    def change(statement: Select[Any]) -> Select[Any]:
        selected, rows = uncut(statement, entity)
        return selected.where(
            *(getattr(rows, name) == bindparam(f"{_PREFIX}{name}") for name in values)
        )

    named = {f"{_PREFIX}{name}": value for name, value in values.items()}
    return asked.derived("get", change, named)


def values_of(plan: Plan, key: Any) -> dict[str, Any]:
    """The values of a key by the attributes of the model. Raises `UnfitParameters`."""
    names, binds = _key(plan)
    values = _by_name(plan, names, key)
    for bind, (name, value) in zip(binds, values.items(), strict=True):
        if value is None:
            raise _unfit(plan, names, f"with {name}=None")
        check_value(plan.shape.name, name, bind, value)
    return values


@lru_cache(maxsize=1024)
def _key(plan: Plan) -> tuple[tuple[str, ...], tuple[BindParameter[Any], ...]]:
    """The attributes of the primary key, and a parameter for each."""
    names = key_names(plan.mapper)
    columns = plan.mapper.primary_key
    binds = (
        bindparam(name, type_=column.type) for name, column in zip(names, columns, strict=True)
    )
    return names, tuple(binds)


def _by_name(plan: Plan, names: tuple[str, ...], key: Any) -> dict[str, Any]:
    if isinstance(key, Mapping):
        if set(key) != set(names):
            raise _unfit(plan, names, f"of {', '.join(map(str, key))}")
        return {name: key[name] for name in names}
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) != len(names):
        raise _unfit(plan, names, f"of {len(parts)} values")
    return dict(zip(names, parts, strict=True))


def _unfit(plan: Plan, names: tuple[str, ...], given: str) -> UnfitParameters:
    return UnfitParameters(
        dto=plan.shape.name,
        reason=f"was asked for a key {given}",
        cure=f"the key of {plan.mapper.class_.__name__} is ({', '.join(names)})",
    )
