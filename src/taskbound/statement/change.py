"""INSERT, UPDATE and DELETE of the table of one mapped class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, update

from taskbound.statement.row import key_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapper
    from sqlalchemy.sql.dml import UpdateBase

KEY = "taskbound_key_"
"""Before the name of each parameter for the key of the row that is meant."""
NEW = "taskbound_new_"
"""Before the name of each parameter for a new value, where the caller's condition has parameters, too."""
VERSION = "taskbound_version"
"""The parameter for the version that the row has to be in."""


def insert_row(mapper: Mapper[Any], returning: Sequence[Any]) -> UpdateBase:
    """`INSERT INTO orders (...) VALUES (...) RETURNING ...`. Its columns are named when it is compiled."""
    # Inline, so that nothing is to be run before it and nothing returned that was not asked for.
    statement = insert(mapper.local_table).inline()  # type: ignore[arg-type]  # a mapped class has a Table
    return statement.returning(*returning) if returning else statement


def update_row(mapper: Mapper[Any], returning: Sequence[Any], *, versioned: bool) -> Any:
    """`UPDATE orders SET ... WHERE id = :key RETURNING ...`, of the version that the caller has read."""
    statement = update(mapper.local_table).where(*_one(mapper, versioned=versioned)).inline()  # type: ignore[arg-type]  # as above
    return statement.returning(*returning) if returning else statement


def delete_row(mapper: Mapper[Any], returning: Sequence[Any], *, versioned: bool) -> Any:
    """`DELETE FROM orders WHERE id = :key RETURNING ...`."""
    statement = delete(mapper.local_table).where(*_one(mapper, versioned=versioned))  # type: ignore[arg-type]  # as above
    return statement.returning(*returning) if returning else statement


def kept_to_class(mapper: Mapper[Any]) -> tuple[ColumnElement[Any], ...]:
    """What keeps a statement to the rows of a class that shares its table with others."""
    criterion = mapper._single_table_criterion
    return () if criterion is None else (criterion,)


def _one(mapper: Mapper[Any], *, versioned: bool) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = [
        column == bindparam(f"{KEY}{name}", type_=column.type, required=True)
        for name, column in zip(key_names(mapper), mapper.primary_key, strict=True)
    ]
    if versioned:
        counted: Any = mapper.version_id_col
        found.append(counted == bindparam(VERSION, type_=counted.type, required=True))
    return [*found, *kept_to_class(mapper)]
