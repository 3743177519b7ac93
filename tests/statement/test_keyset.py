"""The condition for the rows after a position, as the database gets it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Dialect, Select, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from taskbound import Database
from taskbound.statement.keyset import after, parameter, position
from taskbound.statement.ordering import order_by, ordering
from tests.statement.items import MYSQL, POSTGRESQL, SQLITE, Base, Item, Part

_PLANS = {
    "sqlite": "SEARCH part USING COVERING INDEX part_by_size ((size,box,slot)>(?,?,?))",
    "postgresql": "Index Cond: (ROW(size, box, slot) > ROW(",
    "mysql": "range",
}


def test_values_that_cannot_be_null_are_compared_as_one_row() -> None:
    statement = select(Item).order_by(Item.number)

    assert _condition(statement, POSTGRESQL, 3, 7) == "(item.number, item.id) > (%s, %s)"
    assert _condition(statement, SQLITE, 3, 7) == "(item.number, item.id) > (%s, %s)"


def test_mariadb_gets_the_form_of_which_it_can_make_a_range() -> None:
    statement = select(Item).order_by(Item.number)

    assert _condition(statement, MYSQL, 3, 7) == (
        "item.number >= %s AND (item.number > %s OR item.id > %s)"
    )


def test_each_direction_has_a_row_of_its_own() -> None:
    statement = select(Item).order_by(Item.number, Item.name, Item.id.desc())

    assert _condition(statement, SQLITE, 3, "a", 7) == (
        "(item.number, item.name) >= (%s, %s) AND "
        "((item.number, item.name) > (%s, %s) OR item.id < %s)"
    )


def test_nulls_before_the_value_leave_a_range() -> None:
    statement = select(Item).order_by(Item.rank.nulls_first())

    assert _condition(statement, SQLITE, 3, 7) == (
        "item.rank >= %s AND (item.rank > %s OR item.id > %s)"
    )


def test_nulls_after_the_value_come_too() -> None:
    statement = select(Item).order_by(Item.rank.nulls_last())

    assert _condition(statement, SQLITE, 3, 7) == (
        "item.rank > %s OR item.rank IS NULL OR item.rank = %s AND item.id > %s"
    )


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (Item.rank.nulls_first(), "item.rank IS NOT NULL OR item.rank IS NULL AND item.id > %s"),
        (Item.rank.nulls_last(), "item.rank IS NULL AND item.id > %s"),
    ],
    ids=["first", "last"],
)
def test_after_a_null_come_its_equals(criterion: Any, expected: str) -> None:
    assert _condition(select(Item).order_by(criterion), SQLITE, None, 7) == expected


def test_after_a_null_at_the_very_end_comes_nothing() -> None:
    statement = select(Item).order_by(Item.id, Item.rank.nulls_last())

    assert _condition(statement, SQLITE, 7, None) == "item.id >= %s AND item.id > %s"


def test_values_are_parameters_whose_names_are_known() -> None:
    ordered = ordering(select(Item).order_by(Item.number), [Item.id], SQLITE)

    compiled = after(ordered, (3, 7), SQLITE).compile(dialect=SQLITE)

    assert compiled.params == {parameter(0): 3, parameter(1): 7}


def test_a_position_of_another_length_is_refused() -> None:
    ordered = ordering(select(Item), [Item.id], SQLITE)

    with pytest.raises(ValueError) as caught:
        after(ordered, (1, 2), SQLITE)

    assert str(caught.value) == "2 values for an ordering by 1 expressions"


def test_mysql_compares_an_enum_by_the_number_that_it_is_ordered_by() -> None:
    statement = select(Item).order_by(Item.mood)

    assert _position(statement, MYSQL) == ["item.mood + 0", "item.id"]
    assert _condition(statement, MYSQL, 2, 7) == (
        "(item.mood + 0) >= %s AND ((item.mood + 0) > %s OR item.id > %s)"
    )


def test_a_number_of_four_bytes_is_read_in_full() -> None:
    statement = select(Item).order_by(Item.weight)

    assert _position(statement, MYSQL)[0] == "item.weight + 0e0"
    assert _position(statement, POSTGRESQL)[0] == "CAST(item.weight AS DOUBLE PRECISION)"
    assert _position(statement, SQLITE)[0] == "item.weight"


async def test_the_condition_is_a_range_of_the_index(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.run_sync(Base.metadata.create_all)
        parts = [{"box": box, "slot": slot, "size": box} for box in range(90) for slot in range(9)]
        await connection.execute(insert(Part), parts)

        plan = await _explained(connection)

    assert _PLANS[connection.dialect.name] in plan


async def _explained(connection: AsyncConnection) -> str:
    dialect = connection.dialect
    if dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
    ordered = ordering(select(Part).order_by(Part.size), [Part.box, Part.slot], dialect)
    statement = select(Part.size).order_by(*order_by(ordered, dialect)).limit(5)
    compiled = statement.where(after(ordered, (80, 80, 5), dialect)).compile(dialect=dialect)
    explain = "EXPLAIN QUERY PLAN " if dialect.name == "sqlite" else "EXPLAIN "
    values: Any = compiled.params
    if compiled.positional:
        values = tuple(values[name] for name in compiled.positiontup or ())
    rows = await connection.exec_driver_sql(explain + str(compiled), values)
    return " ".join(str(value) for row in rows for value in row)


def _condition(statement: Select[Any], dialect: Dialect, *values: Any) -> str:
    """The condition, with %s for every parameter."""
    condition = after(ordering(statement, [Item.id], dialect), values, dialect)
    whole = select(func.count()).where(condition).compile(dialect=dialect)
    written = str(whole).split("WHERE ")[1].replace("?", "%s").replace("`", "")
    for index in range(len(values)):
        written = written.replace(f"%({parameter(index)})s", "%s")
    return " ".join(written.split())


def _position(statement: Select[Any], dialect: Dialect) -> list[str]:
    columns = position(ordering(statement, [Item.id], dialect), dialect)
    return [str(column.compile(dialect=dialect)) for column in columns]
