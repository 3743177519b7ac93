"""The ways to the entities of a class, each of which asks for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, lambda_stmt, select, union_all
from sqlalchemy.orm import (
    Bundle,
    Session,
    aliased,
    immediateload,
    joinedload,
    selectinload,
    subqueryload,
    with_loader_criteria,
)

from taskbound import TaskSession
from tests.filters.models import Book, Genre, Shelf

Path = Callable[[TaskSession], Awaitable[list[int]]]

ALL = select(Book).order_by(Book.id)
EVERY = range(1, 30)


async def selected(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(ALL)]


async def selected_columns(session: TaskSession) -> list[int]:
    return [row[0] for row in await session.execute(select(Book.id).order_by(Book.id))]


async def a_bundle(session: TaskSession) -> list[int]:
    statement: Any = select(Bundle("book", Book.id, Book.title)).order_by(Book.id)
    return [row[0].id for row in await session.execute(statement)]


async def gotten(session: TaskSession) -> list[int]:
    return [book.id for key in EVERY if (book := await session.get(Book, key))]


async def gotten_anew(session: TaskSession) -> list[int]:
    found = [await session.get(Book, key, populate_existing=True) for key in EVERY]
    return [book.id for book in found if book]


async def gotten_with_a_lock(session: TaskSession) -> list[int]:
    found = [await session.get(Book, key, with_for_update=True) for key in EVERY]
    return [book.id for book in found if book]


async def merged(session: TaskSession) -> list[int]:
    with session.no_autoflush:
        found = [await session.merge(Book(id=key, title="x")) for key in EVERY]
    held = [book.id for book in found if book not in session.new]
    session.expunge_all()
    return held


async def queried(session: TaskSession) -> list[int]:
    def query(sync: Session) -> list[int]:
        return [book.id for book in sync.query(Book).order_by(Book.id)]

    return await session.run_sync(query)


async def streamed(session: TaskSession) -> list[int]:
    return [book.id async for book in await session.stream_scalars(ALL)]


async def a_lambda(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(lambda_stmt(lambda: ALL))]


async def an_alias(session: TaskSession) -> list[int]:
    book = aliased(Book)
    return [found.id for found in await session.scalars(select(book).order_by(book.id))]


async def from_statement(session: TaskSession) -> list[int]:
    return [book.id for book in await session.scalars(select(Book).from_statement(ALL))]


async def from_a_union(session: TaskSession) -> list[int]:
    both = union_all(select(Book).where(Book.id < 20), select(Book).where(Book.id > 20))
    return [book.id for book in await session.scalars(select(Book).from_statement(both))]


async def a_union(session: TaskSession) -> list[int]:
    both = union_all(select(Book.id).where(Book.id < 20), select(Book.id).where(Book.id > 20))
    return sorted(await session.scalars(both))


async def a_common_table(session: TaskSession) -> list[int]:
    books = select(Book.id).cte("found")
    return sorted(await session.scalars(select(books.c.id)))


async def a_recursive_table(session: TaskSession) -> list[int]:
    line = select(Book.id).where(Book.first_id.is_(None)).cte("line", recursive=True)
    line = line.union_all(select(Book.id).join(line, Book.first_id == line.c.id))
    return sorted(await session.scalars(select(line.c.id)))


async def a_subquery(session: TaskSession) -> list[int]:
    books = select(Book).subquery()
    return sorted(await session.scalars(select(books.c.id)))


async def joined(session: TaskSession) -> list[int]:
    return sorted(await session.scalars(select(Book.id).select_from(Shelf).join(Shelf.books)))


async def joined_outside(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Shelf).outerjoin(Shelf.books)
    return sorted(found for found in await session.scalars(statement) if found)


async def joined_by_a_condition(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Shelf).join(Book, Book.shelf_id == Shelf.id)
    return sorted(await session.scalars(statement))


async def joined_to_an_alias(session: TaskSession) -> list[int]:
    book = aliased(Book)
    statement = select(book.id).select_from(Shelf).join(book, book.shelf_id == Shelf.id)
    return sorted(await session.scalars(statement))


async def joined_to_itself(session: TaskSession) -> list[int]:
    first = aliased(Book)
    statement = select(Book.id, first.id).join(first, first.id != Book.id)
    return sorted({key for row in await session.execute(statement) for key in row})


async def joined_by_way_of_a_table(session: TaskSession) -> list[int]:
    statement = select(Book.id).select_from(Genre).join(Genre.books).where(Genre.id == 1)
    return sorted(await session.scalars(statement))


async def that_exist(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        return select(select(Book.id).where(Book.id == key).exists())

    return [key for key in EVERY if await session.scalar(found(key))]


async def that_are_counted(session: TaskSession) -> list[int]:
    def number(key: int) -> Any:
        return select(func.count()).select_from(Book).where(Book.id == key)

    return [key for key in EVERY if await session.scalar(number(key))]


async def that_a_function_finds(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        one = select(Book.id).where(Book.id == key).scalar_subquery()
        return func.coalesce(one, 0)

    return [key for key in EVERY if await session.scalar(found(key))]


async def loaded_lazily(session: TaskSession) -> list[int]:
    def load(sync: Session) -> list[int]:
        shelf = sync.get_one(Shelf, 1)
        return [book.id for book in shelf.books]

    return await session.run_sync(load)


async def loaded_by_a_refresh(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    await session.refresh(shelf, ["books"])
    return [book.id for book in shelf.books]


async def loaded_by_an_awaited_attribute(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    books: list[Book] = await shelf.awaitable_attrs.books
    return [book.id for book in books]


async def loaded_dynamically(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    return await session.run_sync(lambda _: [book.id for book in shelf.asked])


async def loaded_to_be_written(session: TaskSession) -> list[int]:
    shelf = await session.get_one(Shelf, 1)
    return sorted(book.id for book in await session.scalars(shelf.written.select()))


async def counted_by_a_query(session: TaskSession) -> list[int]:
    def found(sync: Session) -> list[int]:
        return [key for key in EVERY if sync.query(Book).filter(Book.id == key).count()]

    return await session.run_sync(found)


async def joined_before_other_columns(session: TaskSession) -> list[int]:
    statement = select(Shelf).join(Shelf.books).with_only_columns(Book.id)
    return sorted(await session.scalars(statement))


async def with_criteria_of_a_subquery(session: TaskSession) -> list[int]:
    def found(key: int) -> Any:
        among = select(Book.shelf_id).where(Book.id == key)
        return select(Shelf.id).options(with_loader_criteria(Shelf, Shelf.id.in_(among)))

    return [key for key in EVERY if await session.scalar(found(key))]


def eagerly(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        statement = select(Shelf).options(loader(Shelf.books))
        shelf = (await session.scalars(statement)).unique().one()
        return [book.id for book in shelf.books]

    loaded.__name__ = f"loaded_by_{loader.__name__}"
    return loaded


def eagerly_with_get(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        shelf = await session.get_one(Shelf, 1, options=[loader(Shelf.books)])
        return [book.id for book in shelf.books]

    loaded.__name__ = f"gotten_with_{loader.__name__}"
    return loaded


def eagerly_by_way_of_a_table(loader: Any) -> Path:
    async def loaded(session: TaskSession) -> list[int]:
        crime = await session.get_one(Genre, 1, options=[loader(Genre.books)])
        return [book.id for book in crime.books]

    loaded.__name__ = f"of_a_genre_by_{loader.__name__}"
    return loaded


LOADERS = [selectinload, joinedload, subqueryload, immediateload]
PATHS = pytest.mark.parametrize(
    "path",
    [
        selected,
        selected_columns,
        a_bundle,
        gotten,
        gotten_anew,
        gotten_with_a_lock,
        merged,
        queried,
        streamed,
        a_lambda,
        an_alias,
        from_statement,
        from_a_union,
        a_union,
        a_common_table,
        a_recursive_table,
        a_subquery,
        joined,
        joined_outside,
        joined_by_a_condition,
        joined_to_an_alias,
        joined_to_itself,
        joined_by_way_of_a_table,
        that_exist,
        that_are_counted,
        that_a_function_finds,
        loaded_lazily,
        loaded_by_a_refresh,
        loaded_by_an_awaited_attribute,
        loaded_dynamically,
        loaded_to_be_written,
        counted_by_a_query,
        joined_before_other_columns,
        with_criteria_of_a_subquery,
        *map(eagerly, LOADERS),
        *map(eagerly_with_get, LOADERS),
        *map(eagerly_by_way_of_a_table, LOADERS),
    ],
    ids=lambda path: path.__name__,
)
