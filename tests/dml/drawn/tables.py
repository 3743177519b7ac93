"""What stands in the tables: read by SQL without types, as the database has it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.dml.drawn.classes import Classes
from tests.truth.sameness import value_form

Key = tuple[Any, ...]


async def keys(connection: AsyncConnection, made: Classes) -> list[Key]:
    """The primary keys of the rows that are there, in their order."""
    base = made.tables[0]
    columns = [base.c[slot.column] for slot in made.design.key]
    rows = await connection.execute(select(*columns))
    found = [tuple(row) for row in rows]
    return sorted(found) if made.design.generated else sorted(found, key=repr)


async def version_of(connection: AsyncConnection, made: Classes, key: Key) -> int:
    """The version that a row is in."""
    base = made.tables[0]
    statement = select(base.c.version)
    for slot, value in zip(made.design.key, key, strict=True):
        statement = statement.where(base.c[slot.column] == value)
    found: int = (await connection.execute(statement)).scalar_one()
    return found


async def content(connection: AsyncConnection, made: Classes) -> list[Any]:
    """The rows of each table as the driver reads them.

    Keys that the database has made are told by their order alone: how many it has used up is not compared.
    """
    ranks = {key: rank for rank, key in enumerate(await keys(connection, made))}
    return [
        sorted((_row(row, made, ranks) for row in await _rows(connection, table)), key=repr)
        for table in made.tables
    ]


async def _rows(connection: AsyncConnection, table: Any) -> list[dict[str, Any]]:
    quoted = connection.dialect.identifier_preparer.format_table(table)
    result = await connection.exec_driver_sql(f"SELECT * FROM {quoted}")
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in result]


def _row(row: dict[str, Any], made: Classes, ranks: dict[Key, int]) -> dict[str, Any]:
    if not made.design.generated:
        return {name: value_form(value) for name, value in row.items()}
    (slot,) = made.design.key
    rank = ranks[(row[slot.column],)]
    return {name: value_form(value) for name, value in {**row, slot.column: rank}.items()}
