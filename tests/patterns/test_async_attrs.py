"""`AsyncAttrs`: an attribute is awaited where no statement has loaded it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import async_sessionmaker

from taskbound import Database, TaskSession
from tests.patterns.models import Author, Book


async def test_a_collection_is_awaited(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    assert ["Dawn", "Dusk"] == [book.title for book in await author.awaitable_attrs.books]


async def test_an_awaited_collection_is_loaded_from_then_on(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)
    await author.awaitable_attrs.books

    assert ["Dawn", "Dusk"] == [book.title for book in author.books]


async def test_a_parent_is_awaited(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)

    assert "Ada" == (await book.awaitable_attrs.author).name


async def test_a_path_is_awaited_step_by_step(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    stars = [
        review.stars
        for book in await author.awaitable_attrs.books
        for review in await book.awaitable_attrs.reviews
    ]

    assert [5, 3] == stars


async def test_a_deferred_column_is_awaited(session: TaskSession) -> None:
    book = await session.get_one(Book, 1)

    assert "It begins." == await book.awaitable_attrs.blurb


async def test_an_expired_column_is_awaited(library: Database) -> None:
    async with library.session(expire_on_commit=True) as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        assert "Ada" == await author.awaitable_attrs.name


async def test_a_loaded_attribute_is_awaited_as_well(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    assert "Ada" == await author.awaitable_attrs.name


async def test_an_attribute_is_awaited_on_an_own_engine(
    own_sessions: async_sessionmaker[TaskSession],
) -> None:
    async with own_sessions() as session:
        author = await session.get_one(Author, 1)

        assert ["Dawn", "Dusk"] == [book.title for book in await author.awaitable_attrs.books]
