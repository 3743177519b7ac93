"""How many rows a statement has, and whether it has any, without reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import func, select

from taskbound.statement.root import criteria_options, extensible, has_cut, mapper_of
from taskbound.statement.row import key_names

if TYPE_CHECKING:
    from sqlalchemy import Select

Counting: TypeAlias = Literal["count", "exists"]


def counting_select(statement: Select[Any], entity: Any, what: Counting) -> Select[Any]:
    """`SELECT count(*) FROM (...)`, or `SELECT EXISTS (...)`, of the rows of a statement."""
    rows, entity = extensible(statement, entity)
    # SQLAlchemy hears those of the outermost SELECT alone.
    criteria = criteria_options(statement)
    if not has_cut(rows):
        rows = rows.order_by(None)
    keys = (getattr(entity, name) for name in key_names(mapper_of(entity)))
    rows = rows.with_only_columns(*keys, maintain_column_froms=True)
    if what == "exists":
        return select(rows.exists()).options(*criteria)
    return select(func.count()).select_from(rows.subquery()).options(*criteria)
