"""What tells something about all objects of a to-many relation, as a subquery in the parent's row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import aliased

from taskbound.shape import Function
from taskbound.statement.adapted import adapted

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from taskbound.plan import Aggregate

_OVER_COLUMN: Mapping[Function, Callable[[Any], Any]] = {
    Function.SUM: func.sum,
    Function.MIN: func.min,
    Function.MAX: func.max,
}


def aggregate_column(
    aggregate: Aggregate, parent: Any, write: Callable[[Any], Any] | None = None
) -> ColumnElement[Any]:
    """`(SELECT count(*) FROM line WHERE line.order_id = order.id)`, and the like.

    parent: the class or alias that has the relation.
    write: makes of the result what the subquery is to return; None leaves it as it is.
    """
    relation = getattr(parent, aggregate.path[-1])
    child = aliased(relation.property.mapper.class_, flat=True)
    objects = select(child).select_from(child).where(relation.of_type(child)).correlate(parent)
    if aggregate.where is not None:
        objects = objects.where(adapted(aggregate.where, child))
    if aggregate.function is Function.EXISTS:
        return objects.exists()
    if aggregate.attribute is None:
        told: Any = func.count()
    else:
        told = _OVER_COLUMN[aggregate.function](getattr(child, aggregate.attribute))
    if write is not None:
        told = write(told)
    found = objects.with_only_columns(told, maintain_column_froms=True).scalar_subquery()
    return found if write else type_coerce(found, aggregate.type)
