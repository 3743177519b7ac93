"""Which children a parent has, in which order, and how many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from taskbound.statement.adapted import adapted
from taskbound.statement.row import key_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from taskbound.plan import Many


def filtered(select: Select[Any], many: Many, child: Any) -> Select[Any]:
    """The SELECT with the conditions of the DTO."""
    return select.where(*(adapted(condition, child) for condition in many.where))


def order_of(many: Many, child: Any) -> list[Any]:
    """The order of children: the DTO's, else the relationship's, else none.

    Where only the first are wanted there always is one, so that these are the same each time.
    """
    relation = many.mapper.relationships[many.path[-1]]
    wanted: Sequence[Any] = many.order_by or relation.order_by or ()
    order = [adapted(expression, child) for expression in wanted]
    if many.limit is not None:
        order += [getattr(child, name) for name in key_names(inspect(child).mapper)]
    return order
