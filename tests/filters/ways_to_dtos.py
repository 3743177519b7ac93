"""The ways to the DTOs of a class, each of which asks for all of them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import aliased

from taskbound import projection
from tests.filters.dtos import BookRow, GenreRead, ShelfRead
from tests.filters.models import Author, Book, Copy, Genre, Shelf

Path = Callable[[Any], Awaitable[list[int]]]

ALL = select(Book).order_by(Book.id)
EVERY = range(1, 30)
PREPARED = projection(BookRow, ALL)
BY_PAGES = projection(BookRow, ALL.where(Book.pages >= bindparam("least")))
OF_SHELF = projection(ShelfRead, select(Shelf))


async def every_row(project: Any) -> list[int]:
    return [book.id for book in await project(BookRow, ALL).all()]


async def rows_of_the_class(project: Any) -> list[int]:
    return sorted(book.id for book in await project(BookRow, Book).all())


async def rows_of_an_alias(project: Any) -> list[int]:
    book = aliased(Book)
    return [found.id for found in await project(BookRow, select(book).order_by(book.id)).all()]


async def rows_that_were_prepared(project: Any) -> list[int]:
    return [book.id for book in await project(PREPARED).all()]


async def rows_that_were_prepared_with_a_parameter(project: Any) -> list[int]:
    return [book.id for book in await project(BY_PAGES, least=1).all()]


async def distinct_rows(project: Any) -> list[int]:
    return [book.id for book in await project(BookRow, ALL.distinct()).all()]


async def grouped_rows(project: Any) -> list[int]:
    return [book.id for book in await project(BookRow, ALL.group_by(Book.id)).all()]


async def limited_rows(project: Any) -> list[int]:
    return [book.id for book in await project(BookRow, ALL.limit(50)).all()]


async def rows_by_key(project: Any) -> list[int]:
    found = [await project(BookRow, Book).get(key) for key in EVERY]
    return [book.id for book in found if book]


async def rows_by_key_within_a_limit(project: Any) -> list[int]:
    found = [await project(BookRow, ALL.limit(50)).get(key) for key in EVERY]
    return [book.id for book in found if book]


async def rows_one_by_one(project: Any) -> list[int]:
    found = [await project(BookRow, ALL.where(Book.id == key)).one_or_none() for key in EVERY]
    return [book.id for book in found if book]


async def first_rows(project: Any) -> list[int]:
    found = [await project(BookRow, ALL.where(Book.id >= key)).first() for key in EVERY]
    return sorted({book.id for book in found if book})


async def streamed_rows(project: Any) -> list[int]:
    return [book.id async for book in project(BookRow, ALL).stream(size=2)]


async def rows_of_pages(project: Any) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        page = await project(BookRow, ALL).page(size=2, after=after, total="exact")
        found += [book.id for book in page.items]
        after = page.next
        if after is None:
            assert page.total == len(found)
            return found


async def rows_of_numbered_pages(project: Any) -> list[int]:
    page = await project(BookRow, ALL).page_at(size=50, total=100)
    assert page.total == len(page.items)
    return [book.id for book in page.items]


async def rows_in_json(project: Any) -> list[int]:
    return [book["id"] for book in json.loads(await project(BookRow, ALL).json())]


async def rows_that_exist(project: Any) -> list[int]:
    return [key for key in EVERY if await project(BookRow, ALL.where(Book.id == key)).exists()]


async def rows_that_are_counted(project: Any) -> list[int]:
    return [key for key in EVERY if await project(BookRow, ALL.where(Book.id == key)).count()]


async def children(project: Any) -> list[int]:
    shelf = await project(ShelfRead, Shelf).one()
    return [book.id for book in shelf.books]


async def children_that_were_prepared(project: Any) -> list[int]:
    shelf = await project(OF_SHELF).one()
    return [book.id for book in shelf.books]


async def children_in_a_batch(project: Any) -> list[int]:
    shelf = await project(ShelfRead, select(Shelf), children="batch").one()
    return [book.id for book in shelf.books]


async def children_in_a_stream(project: Any) -> list[int]:
    query = project(ShelfRead, select(Shelf), children="batch")
    return [book.id async for shelf in query.stream() for book in shelf.books]


async def children_in_json(project: Any) -> list[int]:
    (shelf,) = json.loads(await project(ShelfRead, Shelf).json())
    return [book["id"] for book in shelf["books"]]


async def children_by_way_of_a_table(project: Any) -> list[int]:
    crime = await project(GenreRead, Genre).get(1)
    return [book.id for book in crime.books]


async def children_by_way_of_a_table_in_a_batch(project: Any) -> list[int]:
    crime = await project(GenreRead, select(Genre), children="batch").get(1)
    return [book.id for book in crime.books]


async def children_by_way_of_a_table_in_json(project: Any) -> list[int]:
    crime = json.loads(await project(GenreRead, select(Genre).where(Genre.id == 1)).json())
    return [book["id"] for book in crime[0]["books"]]


async def rows_with_a_condition_on_another_class(project: Any) -> list[int]:
    copies = select(Copy.id).where(Copy.book_id == Book.id)
    authors = select(Author.id).where(Author.id == Book.author_id)
    statement = ALL.where(copies.exists(), authors.exists())
    return [book.id for book in await project(BookRow, statement).all()]


async def rows_of_a_subquery(project: Any) -> list[int]:
    statement = ALL.where(Book.id.in_(select(Book.id)))
    return [book.id for book in await project(BookRow, statement).all()]


async def rows_of_a_union(project: Any) -> list[int]:
    both = union_all(select(Book).where(Book.id < 20), select(Book).where(Book.id > 20))
    book = aliased(Book, both.subquery())
    return [found.id for found in await project(BookRow, select(book).order_by(book.id)).all()]


async def rows_of_a_common_table(project: Any) -> list[int]:
    book = aliased(Book, select(Book).cte())
    return [found.id for found in await project(BookRow, select(book).order_by(book.id)).all()]


PATHS = pytest.mark.parametrize(
    "path",
    [
        every_row,
        rows_of_the_class,
        rows_of_an_alias,
        rows_that_were_prepared,
        rows_that_were_prepared_with_a_parameter,
        distinct_rows,
        grouped_rows,
        limited_rows,
        rows_by_key,
        rows_by_key_within_a_limit,
        rows_one_by_one,
        first_rows,
        streamed_rows,
        rows_of_pages,
        rows_of_numbered_pages,
        rows_in_json,
        rows_that_exist,
        rows_that_are_counted,
        children,
        children_that_were_prepared,
        children_in_a_batch,
        children_in_a_stream,
        children_in_json,
        children_by_way_of_a_table,
        children_by_way_of_a_table_in_a_batch,
        children_by_way_of_a_table_in_json,
        rows_with_a_condition_on_another_class,
        rows_of_a_subquery,
        rows_of_a_union,
        rows_of_a_common_table,
    ],
    ids=lambda path: path.__name__,
)
