"""Savepoints: released, rolled back, nested, and inside what is rolled back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from taskbound import Database, TaskSession
from tests.patterns.committed import committed_authors
from tests.patterns.models import Author, Publisher


async def test_a_released_savepoint_is_stored_with_its_transaction(library: Database) -> None:
    async with library.begin() as session, session.begin_nested():
        session.add(Author(name="Cy"))

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_savepoint_rolls_back_alone(library: Database) -> None:
    async with library.begin() as session:
        session.add(Author(name="Cy"))
        with pytest.raises(LookupError):
            async with session.begin_nested():
                session.add(Author(name="Di"))
                raise LookupError

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_refused_row_costs_its_savepoint_only(library: Database) -> None:
    async with library.begin() as session:
        session.add(Author(name="Cy"))
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                session.add(Publisher(name="Harbour"))
        session.add(Author(name="Di"))

    assert ["Ada", "Bob", "Cy", "Di"] == await committed_authors(library)


async def test_each_of_many_rows_may_have_a_savepoint(library: Database) -> None:
    refused = 0
    async with library.begin() as session:
        for name in ("Harbour", "Meadow", "Harbour", "Valley"):
            try:
                async with session.begin_nested():
                    session.add(Publisher(name=name))
            except IntegrityError:
                refused += 1

    async with library.session() as session:
        names = await session.scalars(select(Publisher.name).order_by(Publisher.id))
        assert (2, ["Harbour", "Meadow", "Valley"]) == (refused, names.all())


async def test_a_released_savepoint_goes_with_a_rolled_back_outer_one(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(LookupError):
            async with session.begin_nested():
                async with session.begin_nested():
                    session.add(Author(name="Cy"))
                raise LookupError

    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_a_released_savepoint_goes_with_a_rolled_back_transaction(library: Database) -> None:
    async with library.session() as session:
        async with session.begin_nested():
            session.add(Author(name="Cy"))
        await session.rollback()

    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_an_inner_savepoint_rolls_back_and_the_outer_one_stays(library: Database) -> None:
    async with library.begin() as session, session.begin_nested():
        session.add(Author(name="Cy"))
        with pytest.raises(LookupError):
            async with session.begin_nested():
                session.add(Author(name="Di"))
                raise LookupError

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_savepoint_can_be_held_and_ended_by_hand(library: Database) -> None:
    async with library.begin() as session:
        kept = await session.begin_nested()
        session.add(Author(name="Cy"))
        await kept.commit()
        dropped = await session.begin_nested()
        session.add(Author(name="Di"))
        await session.flush()
        await dropped.rollback()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_savepoint_begins_the_transaction_where_none_is(library: Database) -> None:
    async with library.session() as session:
        async with session.begin_nested():
            session.add(Author(name="Cy"))
        during = session.in_transaction(), session.in_nested_transaction()
        await session.commit()

    assert (True, False) == during
    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_commit_inside_a_savepoint_by_hand_ends_everything(library: Database) -> None:
    async with library.session() as session:
        await session.begin_nested()
        session.add(Author(name="Cy"))
        await session.commit()

        assert not session.in_transaction()
    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_the_session_knows_its_savepoint(session: TaskSession) -> None:
    async with session.begin_nested() as savepoint:
        assert session.in_nested_transaction()
        assert savepoint is session.get_nested_transaction()

    assert None is session.get_nested_transaction()


async def test_objects_changed_in_a_rolled_back_savepoint_are_read_anew(
    session: TaskSession,
) -> None:
    author, other = await session.get_one(Author, 1), await session.get_one(Author, 2)
    savepoint = await session.begin_nested()
    author.name = "Ava"
    await session.flush()
    await savepoint.rollback()

    assert "Bob" == other.name
    await session.refresh(author)
    assert "Ada" == author.name
