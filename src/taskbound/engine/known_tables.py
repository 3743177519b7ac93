"""What the models say of a constraint that a server has named in part.

PostgreSQL names a unique constraint and not its columns, SQLite the columns and not the constraint,
MariaDB neither the table nor the columns. The rest is looked up in the `Table`s of the mapped classes, by
the name that SQLAlchemy gave in CREATE TABLE or the one that the server makes where it gave none. What is
not found there, or found with two answers, stays unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Constraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import mapperlib
from sqlalchemy.schema import ColumnCollectionConstraint, ForeignKeyConstraint
from sqlalchemy.sql.dml import UpdateBase

from taskbound.driver.violation import Kind, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Dialect
    from sqlalchemy.engine import ExceptionContext

_SORTS: dict[Kind, tuple[type[Any], ...]] = {
    Kind.UNIQUE: (PrimaryKeyConstraint, UniqueConstraint, Index),
    Kind.FOREIGN_KEY: (ForeignKeyConstraint,),
    Kind.CHECK: (CheckConstraint,),
    Kind.EXCLUSION: (ColumnCollectionConstraint,),
}


def completed(found: Violation, target: Table | None, dialect: Dialect) -> Violation:
    """A violation with what the models know of it.

    target: the table that the statement was to change, None where that is not known.
    """
    tables = list(_tables(found, target))
    if found.kind is Kind.NOT_NULL or not (found.constraint or found.columns):
        return _of_column(found, tables)
    answers = {
        answer
        for table in tables
        for constraint in _constraints(table, found.kind)
        if (answer := _answer(found, constraint, table, dialect)) is not None
    }
    return answers.pop() if len(answers) == 1 else found


def target_of(context: ExceptionContext) -> Table | None:
    """The table that a statement was to change, where it was not sent as text."""
    compiled = getattr(context.execution_context, "compiled", None)
    statement = getattr(compiled, "statement", None)
    table = statement.table if isinstance(statement, UpdateBase) else None
    return table if isinstance(table, Table) else None


def _tables(found: Violation, target: Table | None) -> Iterable[Table]:
    """The tables that the constraint may be on."""
    if target is not None and found.table in {None, target.name}:
        return [target]
    known = {id(table): table for table in _mapped()}.values()
    return [table for table in known if found.table in {None, table.name}]


def _mapped() -> Iterator[Table]:
    # SQLAlchemy has no public list of the registries; alone their metadata holds tables without a class.
    for registry in mapperlib._all_registries():
        yield from registry.metadata.tables.values()


def _of_column(found: Violation, tables: list[Table]) -> Violation:
    """The violation with its table, where one column is all that the server has said."""
    if found.table is None and len(tables) == 1 and found.columns:
        (table,) = tables
        if found.columns[0] in table.columns:
            return found._replace(table=table.name, schema=table.schema)
    return found


def _constraints(table: Table, kind: Kind) -> Iterator[Constraint | Index]:
    for constraint in table.constraints:
        if isinstance(constraint, _SORTS[kind]):
            yield constraint
    if kind is Kind.UNIQUE:
        yield from (index for index in table.indexes if index.unique)


def _answer(found: Violation, constraint: Any, table: Table, dialect: Dialect) -> Violation | None:
    """The violation as one of this constraint, or None where it is another's."""
    columns = tuple(column.name for column in constraint.columns)
    name = _name(constraint, dialect)
    if found.constraint is None:
        if set(columns) != set(found.columns):
            return None
    elif found.constraint not in ([name] if name else _given(constraint, columns, table, dialect)):
        return None
    return found._replace(
        constraint=found.constraint or name,
        table=table.name,
        schema=found.schema or table.schema,
        columns=found.columns or columns,
    )


def _name(constraint: Constraint | Index, dialect: Dialect) -> str | None:
    """The name in CREATE TABLE: by naming convention, cut to what the server takes; None for none."""
    if constraint.name is None:
        return None
    # Alembic compares names by the same private argument.
    return dialect.identifier_preparer.format_constraint(constraint, _alembic_quote=False)


def _given(constraint: Any, columns: tuple[str, ...], table: Table, dialect: Dialect) -> list[str]:
    """The names that a server may make for a constraint that was created without one."""
    if dialect.name == "postgresql":
        end = _ENDS.get(type(constraint))
        parts = (table.name, *(() if end == "pkey" else columns), end or "")
        # A longer name would be cut, by rules that need not be repeated here.
        name = "_".join(parts)
        return [name] if end and len(name.encode()) <= dialect.max_identifier_length else []
    if isinstance(constraint, PrimaryKeyConstraint):
        return ["PRIMARY"]
    return [columns[0]] if columns and isinstance(constraint, UniqueConstraint) else []


_ENDS: dict[type[Any], str] = {
    PrimaryKeyConstraint: "pkey",
    UniqueConstraint: "key",
    ForeignKeyConstraint: "fkey",
}
