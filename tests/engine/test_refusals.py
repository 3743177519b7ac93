"""A value that the database or its driver does not take is one error on every driver."""

from __future__ import annotations

import pickle
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Dialect,
    Integer,
    Numeric,
    SmallInteger,
    String,
    TypeDecorator,
    event,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database, Failure, Refusal, TaskSession, ValueRefused
from tests.here import here
from tests.patterns.drivers import MARIADB, POSTGRESQL, SQLITE, on_postgresql, on_servers

SECRET = "hunter2@example.org"
BEYOND = 2**63
on_sqlite = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)
on_mariadb = pytest.mark.parametrize("driver", MARIADB.values(), ids=MARIADB)
on_asyncpg = pytest.mark.parametrize("driver", [POSTGRESQL["asyncpg"]], ids=["asyncpg"])


class Base(DeclarativeBase):
    pass


class Label(Base):
    __tablename__ = "labels"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str | None] = mapped_column(String(5))
    small: Mapped[int | None] = mapped_column(SmallInteger)
    number: Mapped[int | None]
    price: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    at: Mapped[datetime | None]


@pytest.fixture
async def labels(database: Database) -> Database:
    await database.create_all(Base.metadata)
    return database


async def refusal(labels: Database, statement: Any, values: Any = None) -> ValueRefused:
    async with labels.session() as session:
        with pytest.raises(ValueRefused) as caught:
            await session.execute(statement, values)
    return caught.value


def named(error: ValueRefused) -> tuple[str, str | None, tuple[str, ...]]:
    return error.reason, error.table, error.columns


async def test_a_number_that_no_column_holds(labels: Database) -> None:
    async with labels.session() as session:
        session.add(Label(number=BEYOND))
        with pytest.raises(ValueRefused) as caught:
            await session.flush()

    assert named(caught.value) == ("out_of_range", "labels", ("number",))
    assert isinstance(caught.value, DataError)
    assert isinstance(caught.value, Refusal)
    assert isinstance(caught.value, Failure)


@on_servers
async def test_text_that_is_too_long(labels: Database, driver: str) -> None:
    error = await refusal(labels, insert(Label).values(word=SECRET, number=1))

    assert named(error) == ("too_long", "labels", ("word",))


@on_servers
async def test_each_column_that_is_too_small(labels: Database, driver: str) -> None:
    short = await refusal(labels, insert(Label).values(small=40_000))
    narrow = await refusal(labels, insert(Label).values(price=Decimal(1000)))

    assert named(short) == ("out_of_range", "labels", ("small",))
    assert named(narrow) == ("out_of_range", "labels", ("price",))


@on_servers
async def test_one_row_of_many(labels: Database, driver: str) -> None:
    error = await refusal(labels, insert(Label), [{"word": "a"}, {"word": SECRET}])

    assert named(error) == ("too_long", "labels", ("word",))


@on_servers
async def test_an_update_and_a_statement_of_text(labels: Database, driver: str) -> None:
    await stored(labels)

    changed = await refusal(labels, update(Label).values(word=SECRET))
    written = await refusal(labels, text("UPDATE labels SET word = :word"), {"word": SECRET})

    assert changed.reason == written.reason == "too_long"
    assert changed.columns == ("word",)


async def stored(labels: Database) -> None:
    async with labels.begin() as session:
        session.add(Label(word="a"))


@on_servers
async def test_text_that_is_no_number(labels: Database, driver: str) -> None:
    error = await refusal(labels, text(f"INSERT INTO labels (number) VALUES ('{SECRET}')"))

    assert error.reason == "malformed"
    assert SECRET not in str(error)


@on_mariadb
async def test_mariadb_names_the_column_of_text_that_is_no_number(
    labels: Database, driver: str
) -> None:
    error = await refusal(labels, text("INSERT INTO labels (number) VALUES ('for column `a`.`b`')"))

    assert named(error) == ("malformed", "labels", ("number",))


@on_asyncpg
async def test_a_value_that_asyncpg_refuses_itself(labels: Database, driver: str) -> None:
    error = await refusal(labels, insert(Label).values(word="a", number=SECRET))

    assert named(error) == ("malformed", "labels", ("number",))
    assert SECRET not in str(error)


@on_postgresql
async def test_a_nul_in_text(labels: Database, driver: str) -> None:
    error = await refusal(labels, insert(Label).values(word="a\0b"))

    assert named(error)[0] == "unstorable"


async def test_half_of_a_surrogate_pair(labels: Database) -> None:
    error = await refusal(labels, insert(Label).values(word="\ud800"))

    assert named(error) == ("unstorable", "labels", ("word",))


@on_postgresql
async def test_a_read_may_raise_it(labels: Database, driver: str) -> None:
    await stored(labels)

    error = await refusal(labels, text("SELECT CAST(word AS INTEGER) FROM labels"))

    assert named(error) == ("malformed", None, ())


@on_sqlite
async def test_a_strict_table_of_sqlite(labels: Database, driver: str) -> None:
    async with labels.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE strict (number INTEGER) STRICT"))

    error = await refusal(labels, text("INSERT INTO strict VALUES ('a')"))

    assert named(error) == ("malformed", "strict", ("number",))


async def test_the_message_names_the_line_and_no_value(labels: Database) -> None:
    async with labels.session() as session:
        with pytest.raises(ValueRefused) as caught:
            line = here(+1)
            await session.execute(insert(Label).values(number=BEYOND))

    assert str(caught.value) == (
        f"what was sent at {line} was refused: a value is out of the range of labels.number; check it "
        "before it is sent, with the types and limits of a DTO, or handle ValueRefused "
        "(TB606, docs/errors/TB606.md)"
    )


async def test_it_survives_pickling(labels: Database) -> None:
    error = await refusal(labels, insert(Label).values(number=BEYOND))

    copy = pickle.loads(pickle.dumps(error))

    assert named(copy) == named(error)
    assert (str(copy), copy.statement, copy.params) == (str(error), error.statement, error.params)


async def test_what_sqlalchemy_says_of_an_error_is_there(labels: Database) -> None:
    error = await refusal(labels, insert(Label).values(number=BEYOND))

    assert error.statement is not None
    assert error.statement.startswith("INSERT INTO labels")
    assert str(BEYOND) in str(error.params)
    assert error.__cause__ is error.orig


async def test_the_session_goes_on_after_a_savepoint(labels: Database) -> None:
    async with labels.begin() as session:
        session.add(Label(id=1))
        with pytest.raises(ValueRefused):
            async with session.begin_nested():
                await session.execute(insert(Label).values(number=BEYOND))

    async with labels.session() as session:
        assert list(await session.scalars(select(Label.id))) == [1]


@on_sqlite
async def test_a_factory_of_your_own_raises_it(engine: AsyncEngine, driver: str) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    with pytest.raises(ValueRefused):
        async with sessions.begin() as session:
            session.add(Label(number=BEYOND))


@on_sqlite
async def test_an_error_that_a_listener_has_put_in_its_place_stays(driver: str) -> None:
    class Ours(Exception):
        pass

    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        event.listen(database.engine.sync_engine, "handle_error", lambda _: Ours(), insert=True)

        with pytest.raises(Ours):
            async with database.begin() as session:
                session.add(Label(number=BEYOND))


class Overflowing(TypeDecorator[int]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, _value: Any, _dialect: Dialect) -> int:
        raise OverflowError("mine")


@on_sqlite
async def test_an_error_of_the_users_own_code_is_no_refusal(labels: Database, driver: str) -> None:
    statement = select(Label).where(Label.id == literal(1, Overflowing()))

    async with labels.session() as session:
        with pytest.raises(StatementError) as caught:
            await session.execute(statement)

    assert type(caught.value) is StatementError
