"""Rows are added, read, listed, changed and deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from taskbound import Database, TaskSession
from tests.patterns.committed import committed_titles
from tests.patterns.drivers import on_servers, with_update_returning
from tests.patterns.models import Account, Author, Book, Review

TITLES = select(Book.title).order_by(Book.id)


async def test_flush_gives_a_new_object_its_key(session: TaskSession) -> None:
    author = Author(name="Cy")
    session.add(author)
    before: int | None = author.id
    await session.flush()

    assert (None, 3) == (before, author.id)


async def test_many_new_objects_get_keys_in_their_order(session: TaskSession) -> None:
    authors = [Author(name=f"author {number}") for number in range(5)]
    session.add_all(authors)
    await session.flush()

    assert [3, 4, 5, 6, 7] == [author.id for author in authors]


async def test_a_new_object_brings_its_children_along(library: Database) -> None:
    async with library.begin() as session:
        session.add(Author(name="Cy", books=[Book(title="Mist", reviews=[Review(stars=1)])]))

    async with library.session() as session:
        stars = select(Review.stars).join(Review.book).join(Book.author)
        assert [1] == (await session.scalars(stars.where(Author.name == "Cy"))).all()


async def test_a_server_default_is_there_after_refresh(session: TaskSession) -> None:
    await session.execute(text("INSERT INTO books (title, author_id) VALUES ('Mist', 1)"))
    book = (await session.scalars(select(Book).where(Book.title == "Mist"))).one()

    assert 1 == book.copies


async def test_get_by_key_finds_a_row_or_none(session: TaskSession) -> None:
    found, missing = await session.get(Book, 1), await session.get(Book, 99)

    assert found is not None
    assert ("Dawn", None) == (found.title, missing)


async def test_get_one_raises_where_there_is_no_row(session: TaskSession) -> None:
    assert "Dawn" == (await session.get_one(Book, 1)).title
    with pytest.raises(NoResultFound, match="No row was found when one was required"):
        await session.get_one(Book, 99)


async def test_get_takes_options_and_a_key_by_name(session: TaskSession) -> None:
    author = await session.get(Author, {"id": 1}, options=[selectinload(Author.books)])

    assert author is not None
    assert ["Dawn", "Dusk"] == [book.title for book in author.books]


async def test_a_list_has_filter_order_limit_and_offset(session: TaskSession) -> None:
    page = select(Book).where(Book.copies < 3).order_by(Book.title.desc()).limit(1).offset(1)

    assert ["Dusk"] == [book.title for book in await session.scalars(page)]


async def test_a_row_of_columns_has_names(session: TaskSession) -> None:
    rows = await session.execute(
        select(Author.name, func.count(Book.id).label("books"))
        .join(Author.books)
        .group_by(Author.name)
        .order_by(Author.name)
    )

    assert [("Ada", 2), ("Bob", 1)] == [(row.name, row.books) for row in rows]


async def test_rows_come_as_mappings_too(session: TaskSession) -> None:
    rows = await session.execute(select(Book.id, Book.title).where(Book.id == 1))

    assert [{"id": 1, "title": "Dawn"}] == [dict(row) for row in rows.mappings()]


async def test_scalar_answers_with_the_first_value(session: TaskSession) -> None:
    assert 3 == await session.scalar(select(func.count()).select_from(Book))
    assert await session.scalar(select(exists().where(Book.title == "Noon")))


async def test_one_and_one_or_none_mean_what_they_say(session: TaskSession) -> None:
    every, none = select(Book), select(Book).where(Book.id == 99)

    assert None is (await session.scalars(none)).one_or_none()
    with pytest.raises(NoResultFound):
        (await session.scalars(none)).one()
    with pytest.raises(MultipleResultsFound):
        (await session.scalars(every)).one()


async def test_a_changed_object_is_updated_at_commit(library: Database) -> None:
    async with library.session() as session:
        (await session.get_one(Book, 1)).title = "Daybreak"
        await session.commit()

    assert ["Daybreak", "Dusk", "Noon"] == await committed_titles(library)


async def test_a_pending_change_is_seen_by_the_next_query(session: TaskSession) -> None:
    (await session.get_one(Book, 1)).title = "Daybreak"

    assert ["Daybreak", "Dusk", "Noon"] == (await session.scalars(TITLES)).all()


async def test_no_autoflush_keeps_a_pending_change_from_the_query(session: TaskSession) -> None:
    (await session.get_one(Book, 1)).title = "Daybreak"

    with session.no_autoflush:
        assert ["Dawn", "Dusk", "Noon"] == (await session.scalars(TITLES)).all()


async def test_a_session_without_autoflush_sends_nothing_by_itself(library: Database) -> None:
    async with library.session(autoflush=False) as session:
        session.add(Book(title="Mist", author_id=1))

        assert ["Dawn", "Dusk", "Noon"] == (await session.scalars(TITLES)).all()
        await session.rollback()


async def test_a_deleted_object_is_gone_with_its_children(library: Database) -> None:
    async with library.session() as session:
        await session.delete(await session.get_one(Author, 1))
        await session.commit()

    assert ["Noon"] == await committed_titles(library)


async def test_a_child_taken_out_of_its_collection_is_deleted(library: Database) -> None:
    async with library.begin() as session:
        author = await session.get_one(Author, 1, options=[selectinload(Author.books)])
        author.books.pop()

    assert ["Dawn", "Noon"] == await committed_titles(library)


async def test_a_row_that_others_need_is_not_deleted(library: Database) -> None:
    with pytest.raises(IntegrityError):
        async with library.begin() as session:
            await session.execute(delete(Author).where(Author.id == 1))

    assert ["Dawn", "Dusk", "Noon"] == await committed_titles(library)


async def test_refresh_reads_the_row_anew(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)
    await session.execute(text("UPDATE books SET title = 'Daybreak' WHERE id = 1"))
    stale = book.title
    await session.refresh(book)

    assert ("Dawn", "Daybreak") == (stale, book.title)


async def test_refresh_loads_named_attributes(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)
    await session.refresh(book, ["blurb", "author", "reviews"])

    assert ("It begins.", "Ada", 2) == (book.blurb, book.author.name, len(book.reviews))


async def test_an_expired_object_can_be_refreshed(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)
    session.expire(book)
    await session.refresh(book)

    assert "Dawn" == book.title


async def test_merge_writes_a_detached_object_back(library: Database) -> None:
    async with library.session() as session:
        book = await session.get_one(Book, 1)
    book.title = "Daybreak"

    async with library.begin() as session:
        merged = await session.merge(book)
        assert merged is not book

    assert ["Daybreak", "Dusk", "Noon"] == await committed_titles(library)


async def test_merge_adds_what_is_not_there(library: Database) -> None:
    async with library.begin() as session:
        await session.merge(Book(id=9, title="Mist", author_id=1))

    assert ["Dawn", "Dusk", "Noon", "Mist"] == await committed_titles(library)


async def test_an_insert_of_many_rows_is_one_call(library: Database) -> None:
    async with library.begin() as session:
        await session.execute(
            insert(Book), [{"title": f"Part {number}", "author_id": 1} for number in range(3)]
        )

    assert ["Dawn", "Dusk", "Noon", "Part 0", "Part 1", "Part 2"] == await committed_titles(library)


async def test_an_insert_returns_objects_of_the_session(session: TaskSession) -> None:
    books = await session.scalars(
        insert(Book).returning(Book, sort_by_parameter_order=True),
        [{"title": "Mist", "author_id": 1}, {"title": "Rain", "author_id": 2}],
    )

    found = books.all()
    assert ["Mist", "Rain"] == [book.title for book in found]
    assert found[0] is await session.get(Book, found[0].id)


@pytest.mark.parametrize("strategy", ["auto", "evaluate", "fetch"])
async def test_an_update_of_many_rows_reaches_loaded_objects(
    session: TaskSession, strategy: str
) -> None:
    book = await session.get_one(Book, 1)
    await session.execute(
        update(Book).where(Book.copies > 0).values(copies=7),
        execution_options={"synchronize_session": strategy},
    )

    assert 7 == book.copies


async def test_an_update_without_synchronisation_leaves_loaded_objects(
    session: TaskSession,
) -> None:
    book = await session.get_one(Book, 1)
    await session.execute(
        update(Book).values(copies=7), execution_options={"synchronize_session": False}
    )

    assert 3 == book.copies


async def test_rows_are_updated_by_key_in_one_call(session: TaskSession) -> None:
    await session.execute(update(Book), [{"id": 1, "copies": 7}, {"id": 3, "copies": 8}])

    copies = await session.scalars(select(Book.copies).order_by(Book.id))
    assert [7, 0, 8] == copies.all()


async def test_an_update_tells_how_many_rows_it_met(session: TaskSession) -> None:
    result = await session.execute(
        update(Book).where(Book.copies > 0).values(copies=Book.copies + 1)
    )

    assert 2 == result.rowcount  # type: ignore[attr-defined]  # only the result of DML has it


@with_update_returning
async def test_an_update_returns_what_it_has_written(session: TaskSession) -> None:
    statement = update(Book).where(Book.id == 1).values(copies=Book.copies - 1)

    assert 2 == await session.scalar(statement.returning(Book.copies))


async def test_a_delete_returns_what_it_has_removed(session: TaskSession) -> None:
    await session.execute(delete(Review).where(Review.book_id == 3))
    gone = await session.scalars(delete(Book).where(Book.id == 3).returning(Book.title))

    assert ["Noon"] == gone.all()


@pytest.mark.parametrize("strategy", ["evaluate", "fetch"])
async def test_a_delete_of_many_rows_takes_loaded_objects_out(
    session: TaskSession, strategy: str
) -> None:
    review = await session.get_one(Review, 1)
    await session.execute(
        delete(Review).where(Review.book_id == 1),
        execution_options={"synchronize_session": strategy},
    )

    assert review not in session


@on_servers
async def test_a_locked_row_is_skipped_by_another_session(library: Database) -> None:
    locked = select(Book.id).order_by(Book.id).with_for_update(skip_locked=True)

    async with library.begin() as first, library.begin() as second:
        await first.scalars(select(Book).where(Book.id == 1).with_for_update())

        assert [2, 3] == (await second.scalars(locked)).all()


async def test_get_and_refresh_lock_the_row_where_the_engine_can(library: Database) -> None:
    async with library.begin() as session:
        book = await session.get_one(Book, 1, with_for_update=True)
        await session.refresh(book, with_for_update=True)
        book.copies -= 1

    async with library.session() as session:
        assert 2 == (await session.get_one(Book, 1)).copies


async def test_of_two_writers_of_one_version_the_second_is_refused(library: Database) -> None:
    async with library.begin() as session:
        session.add(Account(id=1, balance=10))
    async with library.session() as first, library.session() as second:
        mine, theirs = await first.get_one(Account, 1), await second.get_one(Account, 1)
        await first.commit()
        await second.commit()
        mine.balance += 5
        await first.commit()
        theirs.balance -= 5

        with pytest.raises(StaleDataError):
            await second.commit()


async def test_statements_are_plain_text_where_that_is_simpler(session: TaskSession) -> None:
    rows = await session.execute(
        text("SELECT title FROM books WHERE copies > :least ORDER BY id"), {"least": 0}
    )

    assert ["Dawn", "Noon"] == rows.scalars().all()


async def test_text_can_load_objects(session: TaskSession) -> None:
    statement = select(Author).from_statement(text("SELECT * FROM authors ORDER BY id DESC"))

    assert ["Bob", "Ada"] == [author.name for author in await session.scalars(statement)]
