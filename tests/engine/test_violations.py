"""A violated constraint is one error on every driver, with the names that are known."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from taskbound import (
    CheckViolation,
    ConstraintViolation,
    Database,
    ExclusionViolation,
    Failure,
    ForeignKeyViolation,
    NotNullViolation,
    TaskSession,
    UniqueViolation,
)
from tests.engine.hotel import ADA, ADA_ID, EMAIL, HOST, PRIMARY, SECRET, Base, Guest, Stay, guest
from tests.here import here
from tests.patterns.drivers import SQLITE, on_postgresql

on_sqlite = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)


@pytest.fixture
async def hotel(database: Database) -> Database:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        await session.execute(ADA)
    return database


async def violation(hotel: Database, *added: object) -> ConstraintViolation:
    """The error of a flush."""
    async with hotel.session() as session:
        session.add_all(added)
        with pytest.raises(ConstraintViolation) as caught:
            await session.flush()
    return caught.value


def named(error: ConstraintViolation) -> tuple[type, str | None, str | None, tuple[str, ...]]:
    return type(error), error.constraint, error.table, error.columns


async def test_a_primary_key_that_is_there(hotel: Database) -> None:
    error = await violation(hotel, guest(id=ADA_ID, email="b"))

    name = PRIMARY[hotel.engine.dialect.name]
    assert named(error) == (UniqueViolation, name, "guests", ("id",))


async def test_a_unique_column(hotel: Database) -> None:
    error = await violation(hotel, guest(email=SECRET))

    name = EMAIL[hotel.engine.dialect.name]
    assert named(error) == (UniqueViolation, name, "guests", ("email",))
    assert isinstance(error, IntegrityError)
    assert isinstance(error, Failure)


async def test_unique_columns_with_a_name(hotel: Database) -> None:
    error = await violation(hotel, guest(email="b", first="Ada", last="Byron"))

    assert named(error) == (UniqueViolation, "uq_guests_name", "guests", ("first", "last"))


async def test_a_unique_index_that_a_convention_names(hotel: Database) -> None:
    error = await violation(hotel, guest(email="b", room=1, bed=2))

    assert named(error) == (UniqueViolation, "ix_guests_room_bed", "guests", ("room", "bed"))


async def test_a_foreign_key_to_nothing(hotel: Database) -> None:
    error = await violation(hotel, Stay(guest_id=99))

    # SQLite says of a foreign key that one is violated, and no more.
    if hotel.engine.dialect.name == "sqlite":
        assert named(error) == (ForeignKeyViolation, None, None, ())
    else:
        assert named(error) == (ForeignKeyViolation, "fk_stays_guest", "stays", ("guest_id",))


async def test_a_foreign_key_without_a_name(hotel: Database) -> None:
    error = await violation(hotel, guest(email="b", host_id=99))

    if hotel.engine.dialect.name != "sqlite":
        name = HOST[hotel.engine.dialect.name]
        assert named(error) == (ForeignKeyViolation, name, "guests", ("host_id",))


async def test_a_row_that_others_lead_to_cannot_be_deleted(hotel: Database) -> None:
    async with hotel.begin() as session:
        session.add(Stay(guest_id=ADA_ID))

    with pytest.raises(ForeignKeyViolation) as caught:
        async with hotel.begin() as session:
            await session.execute(delete(Guest))

    assert caught.value.table == (None if hotel.engine.dialect.name == "sqlite" else "stays")


async def test_no_value_where_there_must_be_one(hotel: Database) -> None:
    error = await violation(hotel, guest(email="b", age=None))

    assert named(error) == (NotNullViolation, None, "guests", ("age",))


async def test_no_default_where_there_must_be_a_value(hotel: Database) -> None:
    with pytest.raises(NotNullViolation) as caught:
        async with hotel.begin() as session:
            await session.execute(text("INSERT INTO guests (email) VALUES ('b')"))

    assert caught.value.columns == ("age",)


async def test_a_check_that_does_not_hold(hotel: Database) -> None:
    error = await violation(hotel, guest(email="b", age=3))

    assert named(error)[:3] == (CheckViolation, "ck_guests_age", "guests")


async def test_a_core_statement_raises_it_too(hotel: Database) -> None:
    with pytest.raises(UniqueViolation) as caught:
        async with hotel.engine.begin() as connection:
            await connection.execute(
                insert(Guest), [{"email": "b", "age": 20}, {"email": "b", "age": 20}]
            )

    assert caught.value.columns == ("email",)


async def test_a_statement_of_text_raises_it_too(hotel: Database) -> None:
    with pytest.raises(UniqueViolation) as caught:
        async with hotel.begin() as session:
            await session.execute(
                text("INSERT INTO guests (email, age, first, last) VALUES ('b', 20, :a, :b)"),
                {"a": "Ada", "b": "Byron"},
            )

    assert named(caught.value)[1:] == ("uq_guests_name", "guests", ("first", "last"))


async def test_what_the_models_do_not_have_stays_unknown(hotel: Database) -> None:
    async with hotel.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE marks (a INTEGER, CONSTRAINT own UNIQUE (a))"))
        await connection.execute(text("INSERT INTO marks VALUES (1)"))

    with pytest.raises(UniqueViolation) as caught:
        async with hotel.engine.begin() as connection:
            await connection.execute(text("INSERT INTO marks VALUES (1)"))

    known = {
        "postgresql": ("own", "marks", ()),
        "mysql": ("own", None, ()),
        "sqlite": (None, "marks", ("a",)),
    }
    assert named(caught.value)[1:] == known[hotel.engine.dialect.name]


async def test_the_message_names_the_line_and_no_value(hotel: Database) -> None:
    async with hotel.session() as session:
        session.add(guest(email=SECRET))
        with pytest.raises(UniqueViolation) as caught:
            line = here(+1)
            await session.flush()

    error = caught.value
    named = f" (constraint {error.constraint})" if error.constraint else ""
    assert str(error) == (
        f"what was sent at {line} was refused: a row with the same guests.email is there "
        f"already{named}; catch UniqueViolation outside the transaction's block, or around a "
        "savepoint: async with session.begin_nested() (TB321, docs/errors/TB321.md)"
    )


async def test_what_sqlalchemy_says_of_an_error_is_there(hotel: Database) -> None:
    error = await violation(hotel, guest(email=SECRET))

    assert error.statement is not None
    assert error.statement.startswith("INSERT INTO guests")
    assert SECRET in str(error.params)
    assert isinstance(error.orig, hotel.engine.dialect.loaded_dbapi.Error)
    assert error.__cause__ is error.orig
    assert not error.connection_invalidated


async def test_it_survives_pickling(hotel: Database) -> None:
    error = await violation(hotel, guest(email=SECRET))

    copy = pickle.loads(pickle.dumps(error))

    assert named(copy) == named(error)
    assert (str(copy), copy.statement, copy.params) == (str(error), error.statement, error.params)


async def test_an_autoflush_says_so(hotel: Database) -> None:
    async with hotel.session() as session:
        session.add(guest(email=SECRET))
        with pytest.raises(UniqueViolation, match="result of Query-invoked autoflush"):
            await session.execute(select(Guest.id))


async def test_the_session_goes_on_after_a_savepoint(hotel: Database) -> None:
    async with hotel.begin() as session:
        session.add(guest(id=2, email="b"))
        with pytest.raises(UniqueViolation):
            async with session.begin_nested():
                session.add(guest(id=3, email=SECRET))

    async with hotel.session() as session:
        assert list(await session.scalars(select(Guest.id).order_by(Guest.id))) == [2, ADA_ID]


async def test_a_factory_of_your_own_raises_it(
    engine: AsyncEngine, database_url: str, driver: str
) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    with pytest.raises(UniqueViolation):
        async with sessions.begin() as session:
            session.add_all([guest(email="b"), guest(email="b")])


@on_sqlite
async def test_plain_sqlalchemy_says_it_in_the_words_of_the_driver(
    engine: AsyncEngine, driver: str
) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(ADA)

    with pytest.raises(IntegrityError) as caught:
        async with engine.begin() as connection:
            await connection.execute(ADA)

    assert type(caught.value) is IntegrityError
    assert SECRET in str(caught.value)


@on_sqlite
async def test_an_error_that_a_listener_has_put_in_its_place_stays(driver: str) -> None:
    class Ours(Exception):
        pass

    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        event.listen(database.engine.sync_engine, "handle_error", lambda _: Ours(), insert=True)

        with pytest.raises(Ours):
            async with database.begin() as session:
                session.add_all([guest(email="b"), guest(email="b")])


@on_sqlite
async def test_parameters_that_are_hidden_stay_hidden(driver: str) -> None:
    async with Database("sqlite+aiosqlite://", hide_parameters=True) as database:
        await database.create_all(Base.metadata)
        error = await violation(database, guest(email=SECRET), guest(email=SECRET))

    assert error.hide_parameters
    assert SECRET not in str(error)


@on_sqlite
async def test_an_error_of_the_users_own_code_is_no_violation(hotel: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with hotel.begin() as session:
            await session.execute(
                text(
                    "CREATE TRIGGER stop BEFORE DELETE ON guests BEGIN SELECT RAISE(ABORT, 'no'); END"
                )
            )
            await session.execute(delete(Guest))

    assert type(caught.value) is IntegrityError


@on_sqlite
async def test_a_deferred_key_is_checked_at_the_commit_of_sqlite(hotel: Database) -> None:
    with pytest.raises(ForeignKeyViolation) as caught:
        async with hotel.begin() as session:
            await session.execute(text("PRAGMA defer_foreign_keys = ON"))
            session.add(Stay(guest_id=99))

    assert caught.value.statement is None


@on_postgresql
async def test_a_deferred_key_is_checked_at_the_commit(hotel: Database, driver: str) -> None:
    async with hotel.engine.begin() as connection:
        await connection.execute(
            text("ALTER TABLE stays ALTER CONSTRAINT fk_stays_guest DEFERRABLE INITIALLY DEFERRED")
        )

    with pytest.raises(ForeignKeyViolation) as caught:
        async with hotel.begin() as session:
            session.add(Stay(guest_id=99))

    assert named(caught.value)[1:] == ("fk_stays_guest", "stays", ("guest_id",))
    assert caught.value.statement is None


@on_postgresql
async def test_a_row_that_is_excluded(hotel: Database, driver: str) -> None:
    async with hotel.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE TABLE slots (at int4range, CONSTRAINT no_overlap EXCLUDE USING gist (at WITH &&))"
            )
        )

    with pytest.raises(ExclusionViolation) as caught:
        async with hotel.engine.begin() as connection:
            await connection.execute(text("INSERT INTO slots VALUES ('[1,5)'), ('[3,8)')"))

    assert named(caught.value)[1:] == ("no_overlap", "slots", ())


@dataclass
class GuestRead:
    id: int


@on_postgresql
@pytest.mark.parametrize("in_transaction", [True, False])
async def test_a_projection_raises_it_too(
    hotel: Database, driver: str, in_transaction: bool
) -> None:
    async with hotel.engine.begin() as connection:
        insertion = f"INSERT INTO guests (email, age) VALUES (''{SECRET}'', 20) RETURNING id"
        await connection.execute(
            text(f"CREATE FUNCTION again() RETURNS int LANGUAGE sql AS '{insertion}'")
        )

    async with hotel.session() as session:
        if in_transaction:
            await session.connection()
        with pytest.raises(UniqueViolation) as caught:
            await session.project(GuestRead, select(Guest).where(func.again() > 0)).all()

    assert named(caught.value)[1:] == ("guests_email_key", "guests", ("email",))
    assert caught.value.__cause__ is caught.value.orig
