"""The statement for the children of many parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import Limit, OrderBy, Where
from taskbound.plan import plan_of
from taskbound.statement import Batch, build
from tests.plan.models import Line as KeyedLine
from tests.read.dtos import OrderRead, TaggedOrder
from tests.read.models import Order, Tag
from tests.statement.dialects import AIOMYSQL, AIOSQLITE, text_of


def batch_of(dto: Any, model: Any) -> Batch:
    built = build(plan_of(dto, model), select(model), model, AIOSQLITE, "batch")
    (batch,) = built.batches
    return batch


@dataclass
class QuantityRead:
    quantity: int


@dataclass
class Chosen:
    lines: Annotated[
        list[QuantityRead],
        Where(lambda line: line.quantity > 1),
        OrderBy(lambda line: line.quantity.desc()),
    ]


@dataclass
class Limited:
    lines: Annotated[list[QuantityRead], OrderBy(lambda line: line.quantity), Limit(2)]


@dataclass
class NoteRead:
    id: int


@dataclass
class Noted:
    notes: list[NoteRead]


@dataclass
class OrderNumber:
    id: int


@dataclass
class Tagged:
    orders: list[OrderNumber]


def test_children_are_found_by_the_key_that_they_have_of_their_parent() -> None:
    batch = batch_of(OrderRead, Order)

    assert text_of(batch.select, AIOSQLITE) == (
        "SELECT lines_1.number, lines_1.quantity, products_1.name, lines_1.order_id "
        "FROM lines AS lines_1 LEFT OUTER JOIN products AS products_1 "
        "ON products_1.id = lines_1.product_id "
        "WHERE lines_1.order_id IN (__[POSTCOMPILE_taskbound_keys]) ORDER BY lines_1.number"
    )
    assert (batch.keys, batch.relation, batch.recursive) == ((3,), "Order.lines", False)


@pytest.mark.parametrize(("dto", "model"), [(TaggedOrder, Order), (Tagged, Tag)])
def test_children_of_a_many_to_many_relation_are_joined_to_their_parent(
    dto: Any, model: Any
) -> None:
    text = text_of(batch_of(dto, model).select, AIOSQLITE)

    assert "JOIN order_tags AS order_tags_1" in text
    assert f"WHERE {model.__tablename__}_1.id IN (__[POSTCOMPILE_taskbound_keys])" in text


def test_a_key_of_several_columns_is_compared_as_one() -> None:
    batch = batch_of(Noted, KeyedLine)

    text = text_of(batch.select, AIOMYSQL)
    assert "WHERE (note_1.order_id, note_1.line_number) IN (__[POSTCOMPILE_taskbound_keys])" in text
    assert (batch.keys, len(batch.converts)) == ((1, 2), 2)


def test_conditions_and_order_of_the_dto_are_in_the_statement() -> None:
    assert text_of(batch_of(Chosen, Order).select, AIOSQLITE) == (
        "SELECT lines_1.quantity, lines_1.order_id FROM lines AS lines_1 "
        "WHERE lines_1.order_id IN (__[POSTCOMPILE_taskbound_keys]) AND lines_1.quantity > ? "
        "ORDER BY lines_1.quantity DESC"
    )


def test_the_first_of_each_parent_are_numbered() -> None:
    assert text_of(batch_of(Limited, Order).select, AIOSQLITE) == (
        "SELECT anon_1.c0, anon_1.c1 FROM (SELECT lines_1.quantity AS c0, lines_1.order_id AS c1, "
        "row_number() OVER (PARTITION BY lines_1.order_id ORDER BY lines_1.quantity, "
        "lines_1.order_id, lines_1.number) AS taskbound_place FROM lines AS lines_1 "
        "WHERE lines_1.order_id IN (__[POSTCOMPILE_taskbound_keys])) AS anon_1 "
        "WHERE anon_1.taskbound_place <= ? ORDER BY anon_1.taskbound_place"
    )


class Base(DeclarativeBase):
    pass


class Country(Base):
    """Has a key of letters: two that are equal to the database may differ as values."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    cities: Mapped[list[City]] = relationship()


class City(Base):
    __tablename__ = "city"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"))


class Pair(Base):
    """Has a key whose second column comes first in the foreign key of its children."""

    __tablename__ = "pair"

    one: Mapped[int] = mapped_column(primary_key=True)
    two: Mapped[int] = mapped_column(primary_key=True)
    halves: Mapped[list[Half]] = relationship()


class Half(Base):
    __tablename__ = "half"
    __table_args__ = (ForeignKeyConstraint(["second", "first"], ["pair.two", "pair.one"]),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int]
    second: Mapped[int]


@dataclass
class CityRead:
    id: int


@dataclass
class CountryRead:
    cities: list[CityRead]


@dataclass
class HalfRead:
    id: int


@dataclass
class PairRead:
    halves: list[HalfRead]


def test_a_key_of_letters_is_that_of_the_parent_itself() -> None:
    text = text_of(batch_of(CountryRead, Country).select, AIOSQLITE)

    assert "WHERE country_1.code IN (__[POSTCOMPILE_taskbound_keys])" in text


def test_the_key_of_a_child_is_in_the_order_of_its_parents_key() -> None:
    text = text_of(batch_of(PairRead, Pair).select, AIOSQLITE)

    assert "WHERE (half_1.first, half_1.second) IN (__[POSTCOMPILE_taskbound_keys])" in text
