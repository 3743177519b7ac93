"""The classes of an inheritance in one row: what a union of DTOs is read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_
from sqlalchemy.orm import with_polymorphic

from taskbound.filters.criteria import same_as_written
from taskbound.statement.adapted import adapted
from taskbound.statement.row import key_names

if TYPE_CHECKING:
    from taskbound.plan import Plan
    from taskbound.statement.row import Row


def spread(row: Row, path: tuple[str, ...], plan: Plan) -> Any:
    """The discriminator, with the entity of each variant's class known to the row.

    The columns of subclasses are in tables or in criteria that the entity at `path` may be without, so the
    object is joined once more, by its key and with all of them. Returns the discriminator's SQL.
    """
    classes = {variant.mapper.class_ for variant in plan.variants}
    whole = with_polymorphic(plan.mapper.class_, list(classes), aliased=True, flat=True)
    entity = row.entity(path)
    same_as_written(entity, whole)
    same = (getattr(whole, key) == getattr(entity, key) for key in key_names(plan.mapper))
    row.join(path_of(path, plan.mapper.class_), whole, and_(*same))
    for cls in classes - {plan.mapper.class_}:
        row.know(path_of(path, cls), getattr(whole, cls.__name__))
    return adapted(plan.discriminator, whole)


def path_of(path: tuple[str, ...], cls: type[Any]) -> tuple[str, ...]:
    """The way to the object at the end of a path as one of a class: no attribute has such a name."""
    return (*path, f"<{cls.__name__}>")
