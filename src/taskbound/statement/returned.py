"""What a statement that writes a row gives back of it: `RETURNING`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Column as TableColumn
from sqlalchemy import Float

from taskbound.plan import Column
from taskbound.plan.layout import Layout, Value
from taskbound.statement.values import converter, undecorated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.plan import Part, Plan

Verb: TypeAlias = Literal["insert", "update", "delete"]


class Returned(NamedTuple):
    """The columns that a statement returns, and where a DTO's fields stand among them."""

    columns: tuple[Any, ...]
    layout: Layout


def returns(dialect: Dialect, verb: Verb) -> bool:
    """Whether a dialect has `RETURNING` for a verb."""
    return bool(getattr(dialect, f"{verb}_returning"))


def returned(plan: Plan, dialect: Dialect, verb: Verb) -> Returned | None:
    """How a DTO is read from the row that was written; None where that takes a SELECT.

    It does where the DTO holds more than columns of the row's own table, and where the database returns
    nothing.
    """
    return of_row(plan, dialect) if returns(dialect, verb) else None


def of_row(plan: Plan, dialect: Dialect) -> Returned | None:
    """The same whatever the database returns: None where the DTO holds more than such columns."""
    if plan.variants:
        return None
    columns = [_own_column(part, plan.mapper) for part in plan.parts]
    if any(column is None for column in columns):
        return None
    instructions = tuple(
        Value(part.field, place, convert=_converter(part.type, dialect))
        for place, part in enumerate(plan.parts)
        if isinstance(part, Column)
    )
    return Returned(tuple(columns), Layout(plan.shape, instructions))


def _converter(held: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    found = converter(held, dialect)
    if dialect.name != "sqlite" or not isinstance(undecorated(held, dialect), Float):
        return found
    # SQLite keeps a whole REAL as an integer, and RETURNING shows it.
    return (lambda value: found(_real(value))) if found else _real


def _real(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


def _own_column(part: Part, mapper: Mapper[Any]) -> Any:
    """The column of the row itself that fills a field; None where something else does."""
    if not isinstance(part, Column) or part.expression is not None or len(part.path) > 1:
        return None
    columns: Sequence[Any] = getattr(mapper.attrs.get(part.path[0]), "columns", ())
    column = columns[0] if columns else None
    is_own = isinstance(column, TableColumn) and column.table is mapper.local_table
    return column if is_own else None
