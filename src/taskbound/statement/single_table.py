"""Columns of a subclass that stands in its base's table, without the criterion that they bring along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.sql import visitors


def for_every_class(expression: Any, entity: Any) -> Any:
    """The SQL as it is read for the rows of every class of an inheritance.

    SQLAlchemy 2.0 leaves only the rows of a subclass in a single table once a column of it is selected, even
    where its entity is a part of `with_polymorphic`. The columns of the tables themselves do not do that.
    """
    inspected: Any = inspect(entity)
    if not inspected.is_aliased_class or not inspected.mapper.single:
        return expression
    found = getattr(expression, "__clause_element__", lambda: expression)()
    # A column of the entity is equal to that of the table, and has more to it.
    plain: dict[Any, Any] = {column: column for column in inspected.selectable.c}

    def replaced(element: Any, **_: Any) -> Any:
        return plain.get(element) if isinstance(element, ColumnElement) else None

    return visitors.replacement_traverse(found, {}, replaced)
