"""What can be asked of the rows of one class, and written to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, select

from taskbound import (
    Database,
    NotFound,
    Options,
    Repository,
    StaleVersion,
    UnfitValues,
    UniqueViolation,
)
from tests.patterns.drivers import SQLITE
from tests.repository.models import (
    Book,
    BookPatch,
    BookRead,
    Books,
    Copies,
    Copy,
    CopyRead,
    NewBook,
)

on_sqlite = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)


async def titles(library: Database) -> list[str]:
    async with library.session() as session:
        return list(await session.scalars(select(Book.title).order_by(Book.id)))


@on_sqlite
async def test_a_row_by_its_key(library: Database) -> None:
    async with library.session() as session:
        book = await Books(session).get(BookRead, 2)

    assert book == BookRead(id=2, title="Ulysses", year=1922)


@on_sqlite
async def test_a_row_that_is_not_there(library: Database) -> None:
    async with library.session() as session:
        assert await Books(session).get_or_none(BookRead, 9) is None
        with pytest.raises(NotFound) as caught:
            await Books(session).get(BookRead, 9)

    assert (caught.value.model, caught.value.identity) == ("Book", (9,))


@on_sqlite
async def test_a_row_that_the_options_leave_out_is_not_there(library: Database) -> None:
    recent = Options(where=Book.year >= 2000)
    async with library.session() as session:
        assert await Books(session).get_or_none(BookRead, 1, recent) is None
        assert (await Books(session).get(BookRead, 4, recent)).title == "Piranesi"


async def test_a_key_of_several_columns(library: Database) -> None:
    async with library.begin() as session:
        copies = Copies(session)
        by_tuple = await copies.get(CopyRead, (1, 2))
        by_name = await copies.get(CopyRead, {"number": 3, "book_id": 1})
        await copies.update({"shelf": "B"}, key=(1, 2))
        await copies.delete((1, 1))
        count = await copies.delete_many([(1, 3), {"book_id": 1, "number": 9}])
        left = await copies.list(CopyRead)

    assert (by_tuple.number, by_name.number, count) == (2, 3, 1)
    assert left == [CopyRead(1, 2, "B")]


@on_sqlite
async def test_a_list_is_what_the_options_say(library: Database) -> None:
    async with library.session() as session:
        books = Books(session)
        recent = await books.list(BookRead, books.of_this_century())
        first = await books.list(BookRead, Options(order_by=[Book.year], limit=1))
        both = await books.list(BookRead, Options(where=(Book.year > 1900, Book.year < 2010)))

    assert [book.title for book in recent] == ["Piranesi", "Austerlitz"]
    assert [book.title for book in first] == ["Emma"]
    assert {book.title for book in both} == {"Ulysses", "Austerlitz"}


@on_sqlite
async def test_a_page_goes_on_where_the_one_before_has_ended(library: Database) -> None:
    async with library.session() as session:
        books = Books(session)
        first = await books.page(BookRead, Options(order_by=Book.title, size=3, total="exact"))
        last = await books.page(BookRead, Options(order_by=Book.title, size=3, after=first.next))

    assert ([book.title for book in first.items], first.total) == (
        ["Austerlitz", "Emma", "Piranesi"],
        4,
    )
    assert [book.title for book in last.items] == ["Ulysses"]


@on_sqlite
async def test_rows_are_counted_without_being_read(library: Database) -> None:
    async with library.session() as session:
        books = Books(session)
        assert await books.count() == 4
        assert await books.count(books_before(2000)) == 2
        assert await books.exists()
        assert not await books.exists(books_before(1800))


async def test_a_lock_that_is_misspelled_is_refused(library: Database) -> None:
    misspelled = Options(for_update="skiplocked")  # type: ignore[arg-type]  # meant
    async with library.begin() as session:
        with pytest.raises(ValueError, match='"nowait" or "skip_locked", and not \'skiplocked\''):
            await Repository(session, Book).list(BookRead, misspelled)


def books_before(year: int) -> Options:
    return Options(where=Book.year < year)


async def test_a_row_is_created_changed_and_deleted(library: Database) -> None:
    async with library.begin() as session:
        books = Books(session)
        made = await books.create(NewBook(title="Kindred", year=1979), returning=BookRead)
        changed = await books.update(BookPatch(year=1980), key=made.id, returning=BookRead)
        gone = await books.delete(made.id, returning=BookRead)

        assert changed == gone == BookRead(id=made.id, title="Kindred", year=1980)
        assert await books.get_or_none(BookRead, made.id) is None


@on_sqlite
async def test_nothing_is_returned_where_nothing_is_asked_for(library: Database) -> None:
    async with library.begin() as session:
        books: Any = Books(session)
        assert await books.create(NewBook(title="Kindred", year=1979)) is None
        assert await books.update({"id": 1, "year": 1816}) is None
        assert await books.delete(2) is None

    assert await titles(library) == ["Emma", "Austerlitz", "Piranesi", "Kindred"]


async def test_many_rows_are_changed(library: Database) -> None:
    rows = [{"id": key, "year": 1000 + key} for key in (3, 1)]
    async with library.begin() as session:
        books = Books(session)
        made = await books.update_many(rows, returning=BookRead)
        assert await books.update_many([{"id": 2, "year": 1}]) == 1

    assert [(book.id, book.year) for book in made] == [(3, 1003), (1, 1001)]


async def test_many_rows_are_deleted(library: Database) -> None:
    async with library.begin() as session:
        books = Books(session)
        gone = await books.delete_many([2, 4], returning=BookRead)
        assert await books.delete_many([3, 99]) == 1
        assert await books.delete_many([]) == 0

    assert sorted(book.title for book in gone) == ["Piranesi", "Ulysses"]
    assert await titles(library) == ["Emma"]


@on_sqlite
async def test_versions_are_looked_at(library: Database) -> None:
    async with library.begin() as session:
        books = Books(session)
        await books.update({"year": 1816}, key=1, version=1)
        with pytest.raises(StaleVersion):
            await books.update({"year": 1817}, key=1, version=1)
        with pytest.raises(StaleVersion):
            await books.delete(1, version=1)


@on_sqlite
@pytest.mark.parametrize("keys", ["12", b"12", {1: 2}])
async def test_one_key_is_not_taken_for_many(library: Database, keys: Any) -> None:
    async with library.begin() as session:
        with pytest.raises(TypeError, match="keys are an iterable of keys"):
            await Books(session).delete_many(keys)


async def test_nothing_is_committed(library: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with library.begin() as session:
            await Books(session).create(NewBook(title="Kindred", year=1 // 0))

    session = library.session()
    await Books(session).create(NewBook(title="Kindred", year=1979))
    await session.rollback()
    await session.close()
    assert await titles(library) == ["Emma", "Ulysses", "Austerlitz", "Piranesi"]


@on_sqlite
async def test_a_refusal_comes_through(library: Database) -> None:
    with pytest.raises(UniqueViolation) as caught:
        async with library.begin() as session:
            await Books(session).create(NewBook(title="Emma", year=1815))

    assert caught.value.field == "title"


@on_sqlite
async def test_without_a_class_of_its_own(library: Database) -> None:
    async with library.session() as session:
        first = await Repository(session, Book).get(BookRead, 1)
        same = await Repository[Book](session).get(BookRead, 1)

    assert first == same == BookRead(id=1, title="Emma", year=1815)


@on_sqlite
async def test_a_subclass_of_a_subclass_is_of_the_same_class(library: Database) -> None:
    class Novels(Books):
        def statement(self) -> Select[Any]:
            return super().statement().where(Book.title != "Emma")

    async with library.session() as session:
        novels = Novels(session)
        assert novels.model is Book
        assert await novels.count() == 3
        assert await novels.get_or_none(BookRead, 1) is None


@on_sqlite
async def test_a_repository_of_no_class_is_refused(library: Database) -> None:
    async with library.session() as session:
        with pytest.raises(TypeError) as caught:
            Repository[Any](session)

    assert str(caught.value) == (
        "Repository is of no class: write Repository[Order], or Repository(session, Order)"
    )


@on_sqlite
async def test_what_is_no_key_is_refused(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(UnfitValues, match="is named by what is no key of it"):
            await Copies(session).delete_many([1])


@on_sqlite
@pytest.mark.parametrize(
    ("method", "options", "name"),
    [
        ("count", Options(limit=1), "limit"),
        ("exists", Options(order_by=Book.id), "order_by"),
        ("list", Options(size=5), "size"),
        ("page", Options(limit=5), "limit"),
    ],
)
async def test_an_option_without_a_use_is_refused(
    library: Database, method: str, options: Options, name: str
) -> None:
    async with library.session() as session:
        books = Books(session)
        call = getattr(books, method)
        given = [options] if method in {"count", "exists"} else [BookRead, options]
        with pytest.raises(TypeError) as caught:
            await call(*given)

    assert str(caught.value) == f"{method}() has no use for the option {name}"


@on_sqlite
async def test_options_of_the_statement_reach_it(library: Database) -> None:
    options = Options(where=Copy.shelf == "A", execution_options={"colour": "blue"})

    statement = options.applied(select(Copy))

    assert statement.get_execution_options() == {"colour": "blue"}


@on_sqlite
async def test_many_rows_are_created_and_upserted(library: Database) -> None:
    async with library.begin() as session:
        books = Books(session)
        rows = [NewBook(title=title, year=2000) for title in ("Kindred", "Dune")]
        made = await books.create_many(rows, returning=BookRead)
        same = await books.upsert(NewBook(title="Dune", year=1965), on="title", returning=BookRead)
        both = await books.upsert_many(
            [{"title": "Dune", "year": 1966}, {"title": "Solaris", "year": 1961}], on="title"
        )

    assert [book.title for book in made] == ["Kindred", "Dune"]
    assert (same.inserted, same.row.id, same.row.year) == (False, made[1].id, 1965)
    assert (both.inserted, both.updated) == (1, 1)
