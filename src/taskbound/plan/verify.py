"""Check a DTO against a mapped class before it is used."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import class_mapper

from taskbound.errors import NoShape
from taskbound.plan.bind import bind
from taskbound.shape import Refusals, read_shape, spelled

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from sqlalchemy.orm import Mapper

    from taskbound.plan.plans import Plan

# Plans that are kept. A program has as many as it has pairs of DTO and model in use.
_KEPT = 1024


def verify(dto: Any, model: type[Any]) -> None:
    """Raise now what a read of `dto` from `model` would find at the first request.

    ```python
    verify(OrderRead, Order)                    # at import, or where the application starts
    ```

    dto: a Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict or NamedTuple, nested or
        generic (`Page[OrderRead]`), or a union of them (`CardRead | TransferRead`). Fields are looked up by
        name, or by `From`; a field with a default that the model does not have keeps it.
    model: the mapped class. Nothing is sent to the database.

    Raises `NoShape` where `dto` is no DTO, `RecursiveShape` where it holds itself without end, `UnfitChoice`
    where a union does not go with the classes of the model, and for the first field that cannot be filled
    `UnknownField`, `MisplacedRelation`, `NullableField`, `UnfitType` or `UnreadableField`. What else is wrong
    is in `others` of the error, and in its message.

    Raises `sqlalchemy.orm.exc.UnmappedClassError` where `model` is a class that is not mapped, and
    `sqlalchemy.exc.ArgumentError` where it is no class.
    """
    plan_of(dto, model)


def verify_all(pairs: Iterable[tuple[Any, type[Any]]]) -> None:
    """Verify several DTOs, each with its mapped class, and tell the mistakes of all.

    ```python
    verify_all([(OrderRead, Order), (CustomerRead, Customer)])
    ```

    Raises what `verify` raises for the first one that is wrong; its `others` are those of the rest too.
    """
    refusals = Refusals()
    for dto, model in pairs:
        with refusals:
            verify(dto, model)
    refusals.check()


def plan_of(dto: Any, model: type[Any]) -> Plan:
    """The plan that fills `dto` from `model`: the same one each time.

    Raises what `verify` raises.
    """
    # Makes relations known that other classes bring in, before any name is looked up.
    mapper = class_mapper(model, configure=True)
    try:
        hash(dto)
    except TypeError:
        raise NoShape(dto=spelled(dto)) from None
    return _plan(dto, mapper)


@lru_cache(maxsize=_KEPT)
def _plan(dto: Hashable, mapper: Mapper[Any]) -> Plan:
    return bind(read_shape(dto), mapper)
