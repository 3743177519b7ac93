"""Pages of rows drawn at random, in orderings drawn at random, are the whole list on every engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import case, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from taskbound import Database
from tests.statement.items import Base, Item, Mood, Part
from tests.statement.walker import Walker

_DAY = dt.datetime(2024, 2, 29, 12)
# Few values of each kind, so that rows are equal in them; the awkward ones among them.
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-2, 2),
    "name": st.sampled_from(["", "a", "b", "é", "日本"]),
    "code": st.sampled_from([None, "a", "ab", "abcde"]),
    "rank": st.sampled_from([None, -1, 0, 7]),
    "weight": st.sampled_from([None, 0.1, 1 / 3, -2.5e-7, 1e20, 0.1 + 0.2, 0.3]),
    "small": st.sampled_from([None, 0.1, 1 / 3, 16777217.0]),
    "price": st.sampled_from([None, Decimal("0.10"), Decimal("-3.33"), Decimal("12345678.90")]),
    "cents": st.sampled_from([None, Decimal("0.10"), Decimal("1.05"), Decimal("999.99")]),
    "mood": st.sampled_from([None, *Mood]),
    "ready": st.sampled_from([None, False, True]),
    "made": st.sampled_from([None, _DAY, _DAY + dt.timedelta(seconds=1), dt.datetime(1970, 1, 1)]),
    "day": st.sampled_from([None, _DAY.date(), dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    "hour": st.sampled_from([None, dt.time(0), dt.time(23, 59, 59)]),
    "wait": st.sampled_from([None, dt.timedelta(0), dt.timedelta(days=3, seconds=4)]),
    "mark": st.sampled_from([None, UUID(int=0), UUID(int=1), UUID(int=2**128 - 1)]),
    "raw": st.sampled_from([None, b"", b"\x00", b"\xff\x00"]),
}
_EXPRESSIONS: dict[str, Any] = {
    "hybrid": Item.louder.desc(),
    "label": (Item.number + 1).label("more").desc().nulls_last(),
    "coalesce": func.coalesce(Item.rank, 3),
    "float": (Item.rank * Item.weight).desc(),
    "case": case((Item.number > 0, Item.name), else_=None),
    "bytes": func.length(Item.raw).nulls_first(),
    "decimal": (Item.price / 3).desc(),
    "bool": Item.rank.is_(None),
    "subquery": select(func.count()).where(Part.box == Item.number).scalar_subquery().desc(),
}
# These databases order an Enum by the name that they store.
_BY_NAME = {"sqlite"}


@dataclass(frozen=True)
class By:
    """One criterion: a column, its direction, and where NULLs go (None: where the database has them)."""

    column: str
    descending: bool
    nulls_first: bool | None

    def sql(self) -> Any:
        column = getattr(Item, self.column)
        clause = column.desc() if self.descending else column
        if self.nulls_first is None:
            return clause
        return clause.nulls_first() if self.nulls_first else clause.nulls_last()

    def compare(self, one: Any, other: Any, dialect: str) -> int:
        one, other = _comparable(one, dialect), _comparable(other, dialect)
        if one == other:
            return 0
        if one is None or other is None:
            first = self.nulls_first
            if first is None:
                first = (dialect == "postgresql") == self.descending
            return -1 if (one is None) == first else 1
        return -1 if (one < other) != self.descending else 1


def _comparable(value: Any, dialect: str) -> Any:
    if isinstance(value, Mood):
        return value.name if dialect in _BY_NAME else value.value
    return value


_CRITERIA = st.lists(
    st.builds(
        By, st.sampled_from(list(_VALUES)), st.booleans(), st.sampled_from([None, True, False])
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda by: by.column,
)
_ROWS = st.lists(st.fixed_dictionaries(_VALUES), max_size=9)
_drawn = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
async def connection(database: Database) -> Any:
    async with database.engine.connect() as opened:
        await opened.run_sync(Base.metadata.create_all)
        yield opened


@_drawn
@given(rows=_ROWS, criteria=_CRITERIA, size=st.integers(1, 4))
async def test_the_pages_forward_and_backward_are_the_whole_list(
    connection: AsyncConnection, rows: list[dict[str, Any]], criteria: list[By], size: int
) -> None:
    rows = _bindable(rows, connection)
    await _fill(connection, rows)
    walker = Walker(connection, select(Item).order_by(*(by.sql() for by in criteria)), Item, size)
    expected = _sorted(rows, criteria, connection.dialect.name)

    forward = await walker.forward()
    backward = await walker.backward()

    assert [key for page in forward for (key,) in page.ids] == expected
    assert [key for page in reversed(backward) for (key,) in page.ids] == expected
    assert all(len(page.ids) == size for page in forward[:-1])


@_drawn
@given(
    rows=_ROWS.filter(lambda rows: len(rows) > 2),
    late=_ROWS,
    criteria=_CRITERIA,
    size=st.integers(1, 3),
)
async def test_rows_that_come_between_two_pages_make_none_of_the_others_come_twice_or_never(
    connection: AsyncConnection,
    rows: list[dict[str, Any]],
    late: list[dict[str, Any]],
    criteria: list[By],
    size: int,
) -> None:
    rows = _bindable(rows, connection)
    await _fill(connection, rows)
    walker = Walker(connection, select(Item).order_by(*(by.sql() for by in criteria)), Item, size)

    first = await walker.page()
    await _add(connection, _bindable(late, connection), start=100)
    seen = [key for (key,) in first.ids]
    cursor = first.next
    while cursor:
        page = await walker.page(after=cursor)
        seen += [key for (key,) in page.ids]
        cursor = page.next

    early = [key for key in seen if key < 100]
    assert early == _sorted(rows, criteria, connection.dialect.name)
    assert len(set(seen)) == len(seen)


@_drawn
@given(rows=_ROWS, size=st.integers(1, 3), data=st.data())
async def test_expressions_and_hybrids_are_followed_as_columns_are(
    connection: AsyncConnection, rows: list[dict[str, Any]], size: int, data: st.DataObject
) -> None:
    await _fill(connection, _bindable(rows, connection))
    chosen = data.draw(st.lists(st.sampled_from(sorted(_EXPRESSIONS)), min_size=1, max_size=3))
    by = (_EXPRESSIONS[name] for name in chosen)
    walker = Walker(connection, select(Item).order_by(*by), Item, size)
    expected = await walker.whole()

    forward = await walker.forward()
    backward = await walker.backward()

    assert [key for page in forward for key in page.ids] == expected
    assert [key for page in reversed(backward) for key in page.ids] == expected
    assert len(expected) == len(rows)


async def test_a_primary_key_of_two_columns_tells_equals_apart(connection: AsyncConnection) -> None:
    parts = [{"box": box, "slot": slot, "size": box % 2} for box in range(4) for slot in range(3)]
    await connection.execute(insert(Part), parts)
    walker = Walker(connection, select(Part).order_by(Part.size.desc(), Part.slot), Part, 5)

    pages = await walker.forward()

    expected = sorted(parts, key=lambda part: (-part["size"], part["slot"], part["box"]))
    assert [key for page in pages for key in page.ids] == [(p["box"], p["slot"]) for p in expected]


async def test_texts_that_the_database_holds_for_equal_are_told_apart_by_the_key(
    connection: AsyncConnection,
) -> None:
    names = ["a", "A", "á", "b", "B ", "B", "a", "ß", "ss"]
    await _fill(connection, [_row(name=name) for name in names])
    walker = Walker(connection, select(Item).order_by(Item.name.desc()), Item, 2)

    pages = await walker.forward()

    assert [key for page in pages for key in page.ids] == await walker.whole()


async def test_a_time_that_the_database_has_written_itself_is_no_trap(
    connection: AsyncConnection,
) -> None:
    """SQLite writes CURRENT_TIMESTAMP without the fractions that SQLAlchemy writes."""
    await _fill(connection, [_row(made=_DAY) for _ in range(6)])
    await connection.execute(text("UPDATE item SET made = '2024-02-29 12:00:00' WHERE id < 4"))
    walker = Walker(connection, select(Item).order_by(Item.made.desc()), Item, 2)

    pages = await walker.forward()

    assert [key for page in pages for key in page.ids] == await walker.whole()


async def test_a_number_of_four_bytes_is_compared_as_it_is_stored(
    connection: AsyncConnection,
) -> None:
    await _fill(connection, [_row(small=0.1) for _ in range(3)])
    walker = Walker(connection, select(Item).order_by(Item.small), Item, 1)

    pages = await walker.forward()

    assert [page.ids for page in pages] == [[(0,)], [(1,)], [(2,)]]


async def test_a_row_that_is_deleted_takes_no_other_with_it(connection: AsyncConnection) -> None:
    await _fill(connection, [_row(number=1) for _ in range(5)])
    walker = Walker(connection, select(Item).order_by(Item.number), Item, 2)
    first = await walker.page()

    await connection.execute(delete(Item).where(Item.id == 1))

    assert (await walker.page(after=first.next)).ids == [(2,), (3,)]


async def _fill(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    await connection.execute(delete(Item))
    await _add(connection, rows, start=0)


async def _add(connection: AsyncConnection, rows: list[dict[str, Any]], *, start: int) -> None:
    if rows:
        numbered = [{"id": key, **row} for key, row in enumerate(rows, start)]
        await connection.execute(insert(Item), numbered)


def _bindable(rows: list[dict[str, Any]], connection: AsyncConnection) -> list[dict[str, Any]]:
    """The rows without what the driver cannot send: aiomysql 0.3 fails on bytes with PyMySQL 1.2."""
    if connection.dialect.driver != "aiomysql":
        return rows
    return [{**row, "raw": None} for row in rows]


def _row(**values: Any) -> dict[str, Any]:
    return {**dict.fromkeys(_VALUES), "number": 0, "name": "", **values}


def _sorted(rows: list[dict[str, Any]], criteria: list[By], dialect: str) -> list[int]:
    """The keys of the rows in order, by Python alone."""

    def compare(one: int, other: int) -> int:
        for by in criteria:
            if found := by.compare(rows[one][by.column], rows[other][by.column], dialect):
                return found
        return (one - other) * (-1 if criteria[-1].descending else 1)

    return sorted(range(len(rows)), key=cmp_to_key(compare))
