"""`INSERT ... ON CONFLICT`, or `ON DUPLICATE KEY`, of the table of one mapped class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, bindparam, literal_column, or_
from sqlalchemy.dialects import mysql, postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Column, ColumnElement, Dialect
    from sqlalchemy.orm import Mapper

CLASS = "taskbound_class_"
"""Before the name of each parameter for a class that the row may be of."""
SET = "taskbound_set_"
"""Before the name of each parameter that a row is given only where it is there already."""

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def has_on_conflict(dialect: Dialect) -> bool:
    """Whether a dialect can name the constraint by which an upsert finds a row."""
    return dialect.name in _INSERTS


def upsert_row(
    mapper: Mapper[Any],
    dialect: Dialect,
    on: Sequence[Column[Any]],
    new: Collection[Column[Any]],
    computed: dict[str, Any],
) -> Any:
    """`INSERT INTO ... ON CONFLICT (...) DO UPDATE SET ...`.

    new: the columns that the row takes over from what was to be inserted.
    computed: what else is set, by the key of the column.
    """
    statement = _INSERTS[dialect.name](mapper.local_table).inline()
    changes = {column.key: statement.excluded[column.key] for column in new} | computed
    # Where there is nothing to change, the row is locked and returned all the same.
    changes = changes or {column.key: statement.excluded[column.key] for column in on}
    named = {mapper.local_table.c[key]: value for key, value in changes.items()}
    return statement.on_conflict_do_update(
        index_elements=list(on), set_=named, where=_of_class(mapper)
    )


def _of_class(mapper: Mapper[Any]) -> ColumnElement[bool] | None:
    """The condition for a row of a class that shares its table with others; None where all are of it."""
    column: Any = mapper.polymorphic_on
    if column is None or mapper.inherits is None or not mapper.single:
        return None
    # Not IN, whose list is written out anew for each row.
    return or_(
        *(
            column == bindparam(f"{CLASS}{number}", each.polymorphic_identity, type_=column.type)
            for number, each in enumerate(mapper.self_and_descendants)
        )
    )


def whether_inserted(dialect: Dialect) -> list[Any]:
    """What an upsert returns to say whether the row is a new one; empty where it cannot say so."""
    # Nobody has ended, locked or replaced a row that is new.
    return [literal_column("(xmax = 0)", Boolean())] if dialect.name == "postgresql" else []


def insert_row_if_new(
    mapper: Mapper[Any], dialect: Dialect, on: Sequence[Column[Any]], returning: Sequence[Any]
) -> Any:
    """`INSERT INTO ... ON CONFLICT (...) DO NOTHING RETURNING ...`, which returns no row that is there."""
    statement = _INSERTS[dialect.name](mapper.local_table).inline()
    return statement.on_conflict_do_nothing(index_elements=list(on)).returning(*returning)


def change_by_insert(
    mapper: Mapper[Any], new: Collection[Column[Any]], computed: dict[str, Any]
) -> Any:
    """`INSERT INTO ... ON DUPLICATE KEY UPDATE ...` of MySQL, for rows that are there, named by their keys.

    new: the columns that are set to what stands among the values.
    computed: what else is set, by the key of the column, to SQL.
    """
    statement = mysql.insert(mapper.local_table).inline()  # type: ignore[arg-type]  # a mapped class has a Table
    changes = {column.key: statement.inserted[column.key] for column in new} | computed
    return statement.on_duplicate_key_update(changes)


def set_parameter(column: Column[Any]) -> Any:
    """The parameter for what a column is set to where the row is there."""
    return bindparam(f"{SET}{column.key}", type_=column.type, required=True)
