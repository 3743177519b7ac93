"""Relations are loaded by the statement that the code shows."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    defer,
    immediateload,
    joinedload,
    load_only,
    raiseload,
    selectinload,
    subqueryload,
    undefer,
    with_loader_criteria,
)

from taskbound import Database, DeferredAttribute, LazyRelationship, TaskSession
from tests.patterns.models import Author, Book, Publisher, Review, Tag

AUTHORS = select(Author).order_by(Author.id)
BOOKS = select(Book).order_by(Book.id)
SHELF = {"Ada": ["Dawn", "Dusk"], "Bob": ["Noon"]}


def shelf_of(authors: list[Author]) -> dict[str, list[str]]:
    return {author.name: [book.title for book in author.books] for author in authors}


@pytest.mark.parametrize("load", [selectinload, subqueryload, immediateload])
async def test_a_collection_is_loaded_by_a_statement_of_its_own(
    session: TaskSession, load: type
) -> None:
    authors = await session.scalars(AUTHORS.options(load(Author.books)))

    assert SHELF == shelf_of(list(authors))


async def test_a_joined_collection_needs_unique(session: TaskSession) -> None:
    authors = await session.scalars(AUTHORS.options(joinedload(Author.books)))

    assert SHELF == shelf_of(list(authors.unique()))


async def test_a_joined_collection_without_unique_is_refused(session: TaskSession) -> None:
    authors = await session.scalars(AUTHORS.options(joinedload(Author.books)))

    with pytest.raises(InvalidRequestError, match=r"The unique\(\) method must be invoked"):
        authors.all()


async def test_a_parent_is_joined(session: TaskSession) -> None:
    books = await session.scalars(
        select(Book).options(joinedload(Book.author, innerjoin=True)).order_by(Book.id)
    )

    assert ["Ada", "Ada", "Bob"] == [book.author.name for book in books]


async def test_three_levels_are_loaded_in_one_option(session: TaskSession) -> None:
    publisher = await session.scalar(
        select(Publisher).options(
            selectinload(Publisher.authors).selectinload(Author.books).selectinload(Book.reviews)
        )
    )

    assert publisher is not None
    assert [[[5, 3], []], [[4]]] == [
        [[review.stars for review in book.reviews] for book in author.books]
        for author in publisher.authors
    ]


async def test_strategies_mix_along_a_path(session: TaskSession) -> None:
    reviews = await session.scalars(
        select(Review)
        .options(
            joinedload(Review.book).joinedload(Book.author).joinedload(Author.publisher),
            joinedload(Review.book).selectinload(Book.reviews),
        )
        .order_by(Review.id)
    )

    first = reviews.first()
    assert first is not None
    assert first.book.author.publisher is not None
    assert ("Harbour", 2) == (first.book.author.publisher.name, len(first.book.reviews))


async def test_options_below_one_relation_stand_together(session: TaskSession) -> None:
    author = await session.get_one(
        Author,
        1,
        options=[
            selectinload(Author.books).options(selectinload(Book.reviews), undefer(Book.blurb))
        ],
    )

    assert (2, "It begins.") == (len(author.books[0].reviews), author.books[0].blurb)


async def test_what_the_model_loads_always_needs_no_option(session: TaskSession) -> None:
    books = await session.scalars(BOOKS)

    assert [["classic", "short"], ["classic"], []] == [
        [tag.name for tag in book.tags] for book in books
    ]


async def test_what_the_model_loads_always_comes_with_get(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)

    assert ["classic", "short"] == [tag.name for tag in book.tags]


async def test_what_the_model_loads_always_comes_below_an_option(session: TaskSession) -> None:
    author = await session.get_one(Author, 1, options=[selectinload(Author.books)])

    assert ["classic"] == [tag.name for tag in author.books[1].tags]


async def test_contains_eager_takes_the_rows_of_a_join(session: TaskSession) -> None:
    authors = await session.scalars(
        AUTHORS.join(Author.books)
        .where(Book.copies > 0)
        .options(contains_eager(Author.books))
        .execution_options(populate_existing=True)
    )

    assert {"Ada": ["Dawn"], "Bob": ["Noon"]} == shelf_of(list(authors.unique()))


async def test_an_alias_stands_for_a_class(session: TaskSession) -> None:
    stocked = aliased(Book, select(Book).where(Book.copies > 0).subquery())
    rows = await session.execute(
        select(Author.name, stocked.title).join(stocked, Author.books).order_by(stocked.id)
    )

    assert [("Ada", "Dawn"), ("Bob", "Noon")] == [tuple(row) for row in rows]


async def test_an_option_may_filter_what_it_loads(session: TaskSession) -> None:
    authors = await session.scalars(
        AUTHORS.options(selectinload(Author.books.and_(Book.copies > 0)))
    )

    assert {"Ada": ["Dawn"], "Bob": ["Noon"]} == shelf_of(list(authors))


async def test_a_criterion_holds_for_the_whole_statement(session: TaskSession) -> None:
    authors = await session.scalars(
        AUTHORS.options(selectinload(Author.books), with_loader_criteria(Book, Book.copies > 0))
    )

    assert {"Ada": ["Dawn"], "Bob": ["Noon"]} == shelf_of(list(authors))


async def test_raiseload_refuses_as_in_sqlalchemy(session: TaskSession) -> None:
    author = (await session.scalars(AUTHORS.options(raiseload(Author.books)))).first()

    assert author is not None
    with pytest.raises(
        InvalidRequestError, match=r"'Author\.books' is not available due to lazy='raise'"
    ):
        _ = author.books


async def test_raiseload_of_everything_leaves_what_is_loaded(session: TaskSession) -> None:
    author = (
        await session.scalars(AUTHORS.options(selectinload(Author.books), raiseload("*")))
    ).first()

    assert author is not None
    assert ["Dawn", "Dusk"] == [book.title for book in author.books]
    with pytest.raises(InvalidRequestError, match="lazy='raise'"):
        _ = author.publisher


async def test_raiseload_on_sql_only_refuses_before_the_guard_does(session: TaskSession) -> None:
    author = (
        await session.scalars(AUTHORS.options(raiseload(Author.books, sql_only=True)))
    ).first()

    assert author is not None
    with pytest.raises(InvalidRequestError, match="lazy='raise_on_sql'"):
        _ = author.books


async def test_load_only_leaves_the_other_columns(session: TaskSession) -> None:
    book = (await session.scalars(BOOKS.options(load_only(Book.title)))).first()

    assert book is not None
    assert "Dawn" == book.title
    with pytest.raises(DeferredAttribute):
        _ = book.copies


async def test_a_deferred_column_is_undeferred(session: TaskSession) -> None:
    book = (await session.scalars(BOOKS.options(undefer(Book.blurb)))).first()

    assert book is not None
    assert "It begins." == book.blurb


async def test_a_deferred_column_that_may_not_load_says_so(session: TaskSession) -> None:
    book = (await session.scalars(BOOKS.options(defer(Book.copies, raiseload=True)))).first()

    assert book is not None
    with pytest.raises(InvalidRequestError, match=r"'Book\.copies' is not available"):
        _ = book.copies


async def test_an_unloaded_relation_is_refused_as_a_missing_greenlet(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    with pytest.raises(MissingGreenlet) as refused:
        _ = author.books
    assert isinstance(refused.value, LazyRelationship)


async def test_after_a_refused_load_the_session_goes_on(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)
    with pytest.raises(LazyRelationship):
        _ = author.books

    await session.refresh(author, ["books"])

    assert ["Dawn", "Dusk"] == [book.title for book in author.books]


async def test_a_parent_that_the_session_holds_needs_no_statement(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)
    book = await session.get_one(Book, 1)

    assert author is book.author


async def test_a_parent_that_is_null_needs_no_statement(library: Database) -> None:
    async with library.begin() as session:
        session.add(Author(id=9, name="Cy"))

    async with library.session() as session:
        assert None is (await session.get_one(Author, 9)).publisher


async def test_a_collection_of_a_new_object_is_empty_before_flush(session: TaskSession) -> None:
    author = Author(name="Cy")
    session.add(author)

    assert [] == author.books


async def test_a_collection_that_was_set_stays_readable_after_commit(session: TaskSession) -> None:
    author = Author(name="Cy", books=[Book(title="Mist", reviews=[], tags=[])])
    session.add(author)
    await session.commit()

    assert ["Mist"] == [book.title for book in author.books]


async def test_a_back_reference_can_be_set_without_loading(library: Database) -> None:
    async with library.begin() as session:
        author = await session.get_one(Author, 2)
        session.add(Book(title="Mist", author=author))

    async with library.session() as session:
        author = await session.get_one(Author, 2, options=[selectinload(Author.books)])
        assert ["Noon", "Mist"] == [book.title for book in author.books]


async def test_a_write_only_collection_is_queried_and_added_to(session: TaskSession) -> None:
    tag = await session.get_one(Tag, 2)
    tag.books.add(await session.get_one(Book, 3))
    await session.flush()

    titles = await session.scalars(tag.books.select().order_by(Book.id))

    assert ["Dawn", "Noon"] == [book.title for book in titles]
