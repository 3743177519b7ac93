"""The text of a statement, and its values in the order that the driver takes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Dialect, Integer, String, bindparam, func, literal, select
from sqlalchemy.types import TypeDecorator

from taskbound.statement import CompiledStatement, Target
from tests.read.models import Order
from tests.statement.dialects import AIOMYSQL, AIOSQLITE, ASYNCPG, PSYCOPG

DIALECTS = pytest.mark.parametrize(
    "dialect", [ASYNCPG, PSYCOPG, AIOSQLITE, AIOMYSQL], ids=lambda dialect: dialect.driver
)


class Shifted(TypeDecorator[int]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else value + 100


def values(arguments: Any) -> list[Any]:
    return list(arguments.values() if isinstance(arguments, dict) else arguments)


def compiled(statement: Any, dialect: Dialect, *, cached: bool = False) -> CompiledStatement:
    key = statement._generate_cache_key() if cached else None
    return CompiledStatement(statement, Target(dialect), key)


@DIALECTS
def test_parameters_take_their_places(dialect: Dialect) -> None:
    statement = select(Order).where(Order.id > bindparam("low"), Order.id < bindparam("high"))

    _, arguments = compiled(statement, dialect).bound({"high": 9, "low": 1}, None)

    assert values(arguments) == [1, 9]


@DIALECTS
def test_a_parameter_used_twice_is_given_wherever_it_stands(dialect: Dialect) -> None:
    statement = select(Order).where(Order.id > bindparam("x"), Order.customer_id < bindparam("x"))

    _, arguments = compiled(statement, dialect).bound({"x": 7}, None)

    assert set(values(arguments)) == {7}


@DIALECTS
def test_values_of_another_statement_with_the_same_key_stand_in(dialect: Dialect) -> None:
    def statement(low: int, word: str) -> Any:
        return select(Order).where(Order.id > low, func.lower(word) == literal(word))

    prepared = compiled(statement(1, "a"), dialect, cached=True)
    other = statement(5, "b")._generate_cache_key()
    assert other is not None

    assert values(prepared.bound({}, None)[1]) == [1, "a", "a"]
    assert values(prepared.bound({}, other.bindparams)[1]) == [5, "b", "b"]


@DIALECTS
def test_lists_are_written_out_for_each_length(dialect: Dialect) -> None:
    statement = select(Order).where(
        Order.id > 0, Order.id.in_(bindparam("ids", expanding=True)), Order.customer_id == 3
    )
    prepared = compiled(statement, dialect)
    one, of_one = prepared.bound({"ids": [1]}, None)
    two, of_two = prepared.bound({"ids": [1, 2]}, None)

    assert sorted(values(of_one)) == [0, 1, 3]
    assert sorted(values(of_two)) == [0, 1, 2, 3]
    assert one != two
    assert "POSTCOMPILE" not in one + two


@DIALECTS
def test_types_make_of_values_what_the_driver_takes(dialect: Dialect) -> None:
    statement = select(Order).where(
        Order.id == bindparam("x", type_=Shifted()),
        Order.customer_id.in_(bindparam("xs", type_=Shifted(), expanding=True)),
    )

    _, arguments = compiled(statement, dialect).bound({"x": 1, "xs": [2, 3]}, None)

    assert values(arguments) == [101, 102, 103]


@DIALECTS
def test_a_callable_value_is_called_each_time(dialect: Dialect) -> None:
    numbers = iter((1, 2))
    statement = select(Order).where(
        Order.id == bindparam("x", callable_=lambda: next(numbers), unique=True)
    )
    prepared = compiled(statement, dialect)

    assert [values(prepared.bound({}, None)[1]) for _ in range(2)] == [[1], [2]]


@DIALECTS
@pytest.mark.parametrize("name", ["a b", "a%b", "a:b", "from", "a.b", "größe", "a(b)"])
def test_a_parameter_may_have_any_name(dialect: Dialect, name: str) -> None:
    statement = select(Order).where(Order.id == bindparam(name))
    expanded = statement.where(Order.id.in_([1, 2]))

    assert values(compiled(statement, dialect).bound({name: 7}, None)[1]) == [7]
    assert sorted(values(compiled(expanded, dialect).bound({name: 7}, None)[1])) == [1, 2, 7]


def test_names_of_parameters_are_those_of_the_text() -> None:
    statement = select(Order.id).where(Order.id == bindparam("a b", type_=Integer))

    sql, arguments = compiled(statement, PSYCOPG).bound({"a b": 7}, None)

    (name,) = arguments
    assert f"%({name})s" in sql
    assert sql % {name: "7"} == sql.replace(f"%({name})s", "7")


def test_a_moment_is_text_to_sqlite() -> None:
    moment = dt.datetime(2024, 2, 29, 12)
    statement = select(literal(moment), literal("x", String))

    assert compiled(statement, AIOSQLITE).bound({}, None)[1] == ["2024-02-29 12:00:00.000000", "x"]


def test_schemas_are_translated() -> None:
    target = Target.of(AIOSQLITE, {"schema_translate_map": {None: "tenant"}})

    sql = CompiledStatement(select(Order.id), target, None).sql

    assert " ".join(sql.split()) == "SELECT tenant.orders.id FROM tenant.orders"


def test_the_schemas_of_a_statement_come_before_those_of_an_engine() -> None:
    engine = Target.of(AIOSQLITE, {"schema_translate_map": {None: "one"}})
    statement = select(Order).execution_options(schema_translate_map={None: "two"})

    assert engine.of_statement(statement).schemas == ((None, "two"),)
    assert engine.of_statement(select(Order)) == engine
    assert Target.of(AIOSQLITE, {}).schemas is None
