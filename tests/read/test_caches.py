"""What was compiled is used again, and never for another question."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, make_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from taskbound import Database, projection
from taskbound.read import asked
from taskbound.read import reading as readings
from taskbound.read.cache import Readings
from taskbound.statement import CompiledStatement
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Base, Customer, Order, fill

ALL = select(Order).order_by(Order.id)


@dataclass
class Number:
    id: int


@dataclass
class Total:
    total: Decimal


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are compiled from now on."""
    texts: list[str] = []

    class Noted(CompiledStatement):
        __slots__ = ()

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            texts.append(self.sql)

    monkeypatch.setattr(readings, "CompiledStatement", Noted)
    monkeypatch.setattr(asked, "CompiledStatement", Noted)
    return texts


def by_id(number: int) -> Select[Any]:
    return select(Order).where(Order.id == number)


async def test_a_statement_is_compiled_once_whatever_its_values(
    shop: Database, compiled: list[str]
) -> None:
    found = [await shop.project(OrderRow, by_id(number)).one() for number in (1, 2, 3, 1)]

    assert found == [*ROWS, ROWS[0]]
    assert len(compiled) == 1


async def test_a_prepared_projection_is_compiled_once_for_each_question(
    shop: Database, compiled: list[str]
) -> None:
    prepared = projection(OrderRow, ALL)
    for _ in range(3):
        await shop.project(prepared).all()
        await shop.project(prepared).first()
        await shop.project(prepared).get(1)
        await shop.project(prepared).count()
        await shop.project(prepared).exists()

    assert len(compiled) == 5


async def test_a_statement_that_is_not_prepared_is_compiled_once_for_each_question(
    shop: Database, compiled: list[str]
) -> None:
    for number in (1, 2, 3):
        await shop.project(OrderRow, by_id(number)).all()
        await shop.project(OrderRow, by_id(number)).first()
        await shop.project(OrderRow, by_id(number)).get(number)

    assert len(compiled) == 3


async def test_get_of_a_mapped_class_is_compiled_once(shop: Database, compiled: list[str]) -> None:
    for number in (1, 2, 3):
        await shop.project(OrderRow, Order).get(number)

    assert len(compiled) == 1


async def test_a_session_and_its_database_share_what_is_compiled(
    shop: Database, compiled: list[str]
) -> None:
    async with shop.session() as session:
        await session.project(OrderRow, by_id(1)).one()
        await shop.project(OrderRow, by_id(2)).one()
        async with session.begin():
            await session.project(OrderRow, by_id(3)).one()

    assert len(compiled) == 1


async def test_two_dtos_of_one_statement_are_two_things(project: Any) -> None:
    for _ in range(2):
        assert await project(OrderRow, by_id(1)).one() == ROWS[0]
        assert await project(Number, by_id(1)).one() == Number(1)
        assert await project(Total, by_id(2)).one() == Total(Decimal("3.00"))


async def test_two_dtos_of_one_name_are_two_things(shop: Database) -> None:
    twins: list[Any] = [
        make_dataclass("Twin", [("id", int)]),
        make_dataclass("Twin", [("total", Decimal)]),
        make_dataclass("Twin", [("id", int)]),
    ]
    for _ in range(2):
        for twin in twins:
            assert type(await shop.project(twin, Order).get(1)) is twin


async def test_one_dto_of_two_statements_is_two_things(shop: Database) -> None:
    for _ in range(2):
        assert await shop.project(Number, ALL).all() == [Number(1), Number(2), Number(3)]
        assert await shop.project(Number, ALL.where(Order.id > 2)).all() == [Number(3)]
        assert await shop.project(Number, select(Customer).where(Customer.id == 3)).all() == [
            Number(3)
        ]
        assert await shop.project(Number, ALL.limit(1)).all() == [Number(1)]


@pytest.mark.parametrize("first", ["inline", "batch", None])
async def test_ways_of_reading_children_are_kept_apart(
    shop: Database, compiled: list[str], first: Any
) -> None:
    for children in (first, "inline", "batch", None):
        assert await shop.project(OrderRead, ALL, children=children).all() == ORDERS

    # Two that have one statement, or a second one for the children.
    assert 3 <= len(compiled) <= 6


async def test_lists_of_different_lengths_are_one_reading(
    shop: Database, compiled: list[str]
) -> None:
    for ids in ([1], [1, 2], [1, 2, 3], [], [3]):
        found = await shop.project(OrderRow, ALL.where(Order.id.in_(ids))).all()
        assert [row.id for row in found] == ids

    assert len(compiled) == 1


async def test_values_of_limit_and_offset_are_taken_anew(
    shop: Database, compiled: list[str]
) -> None:
    found = [
        [row.id for row in await shop.project(OrderRow, ALL.limit(limit).offset(offset)).all()]
        for limit, offset in ((1, 0), (2, 0), (1, 2), (5, 1))
    ]

    assert found == [[1], [1, 2], [3], [2, 3]]
    assert len(compiled) == 1


async def test_values_in_every_clause_are_taken_anew(project: Any) -> None:
    def statement(number: int) -> Any:
        of_customer = select(Customer.id).where(Customer.id == number)
        return (
            select(Order)
            .join(Order.customer)
            .where(Order.customer_id.in_(of_customer), Customer.id >= number, Order.id != 99)
            .order_by(Order.id * number, literal(number) + Order.id)
        )

    for number in (1, 2, 3, 1):
        found = await project(OrderRow, statement(number)).all()
        assert [row.id for row in found] == {1: [1, 2], 2: [3], 3: []}[number]


async def test_aliases_are_told_apart(shop: Database) -> None:
    one, two = aliased(Order), aliased(Order)
    statements = [
        select(one).join(two, two.id == one.id + 1).where(two.id == 2),
        select(two).join(one, two.id == one.id + 1).where(two.id == 2),
    ]
    for _ in range(2):
        assert [await shop.project(Number, each).one() for each in statements] == [
            Number(1),
            Number(2),
        ]


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])
async def test_two_engines_do_not_share_what_is_compiled(
    shop: Database, tmp_path: Path, driver: str, compiled: list[str]
) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'other.sqlite'}") as other:
        await other.create_all(Base.metadata)
        async with other.begin() as session:
            session.add(Customer(id=1, name="Other"))
        of_customers = projection(Number, select(Customer).order_by(Customer.id))
        for _ in range(2):
            assert len(await shop.project(of_customers).all()) == 3
            assert len(await other.project(of_customers).all()) == 1

    assert len(compiled) == 2


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])
async def test_more_statements_than_are_kept_are_all_answered(shop: Database, driver: str) -> None:
    async def ask(number: int) -> None:
        # Each has another text.
        different = literal_column(str(number)) == literal_column(str(number))
        assert await shop.project(Number, by_id(1).where(different)).one() == Number(1)

    for number in range(510):
        await ask(number)
    for number in (0, 9, 10, 509):
        await ask(number)

    assert len(Readings.of(shop.engine.dialect)._of_statements) == 500


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])
async def test_what_is_compiled_goes_with_its_engine(tmp_path: Path, driver: str) -> None:
    prepared = projection(Number, ALL)

    async def use() -> weakref.ref[Any]:
        async with Database(f"sqlite+aiosqlite:///{tmp_path / 'gone.sqlite'}") as database:
            await database.create_all(Base.metadata)
            assert await database.project(Number, ALL).all() == []
            assert await database.project(prepared).all() == []
            assert await database.project(Number, Order).get(1) is None
            return weakref.ref(database.engine.dialect)

    dialect = await use()
    gc.collect()

    assert dialect() is None


_CLAUSES: dict[str, Any] = {
    "where": lambda statement, number: statement.where(Order.id >= number),
    "in": lambda statement, number: statement.where(Order.id.in_(range(number, 4))),
    "limit": lambda statement, number: statement.limit(number),
    "offset": lambda statement, number: statement.limit(10).offset(number),
    "label": lambda statement, number: statement.where(func.abs(Order.id - number) < 2),
    "between": lambda statement, number: statement.where(Order.id.between(number, number + 1)),
    "null": lambda statement, number: statement.where(
        Order.payer_id == (None if number == 1 else number)
    ),
    "distinct": lambda statement, _: statement.distinct(),
    "exists": lambda statement, number: statement.where(Order.lines.any(quantity=number)),
}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    asked_for=st.lists(
        st.tuples(
            st.sampled_from([Number, OrderRow, OrderRead]),
            st.lists(st.tuples(st.sampled_from(sorted(_CLAUSES)), st.integers(1, 3)), max_size=3),
        ),
        min_size=1,
        max_size=8,
    )
)
@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])
async def test_questions_in_any_order_are_answered_as_sqlalchemy_answers_them(
    kept: Database, asked_for: Any, driver: str
) -> None:
    for dto, clauses in asked_for:
        statement: Any = ALL
        for name, number in clauses:
            statement = _CLAUSES[name](statement, number)
        async with kept.session() as session:
            expected = [order.id for order in await session.scalars(statement)]
        assert [each.id for each in await kept.project(dto, statement).all()] == expected
        assert await kept.project(dto, statement).count() == len(expected)
        assert await kept.project(dto, statement).exists() == bool(expected)
        first = await kept.project(dto, statement).first()
        assert (first and first.id) == (expected[0] if expected else None)


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    """A database for all examples of one test, which do not share an event loop."""
    import sqlalchemy
    from sqlalchemy.orm import Session

    file = tmp_path / "kept.sqlite"
    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        session.commit()
    engine.dispose()
    return Database(f"sqlite+aiosqlite:///{file}")
