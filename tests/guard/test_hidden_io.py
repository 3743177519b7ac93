"""Law 2: no hidden I/O (FM-06 to FM-09)."""

from __future__ import annotations

import pickle

import pytest
from fastapi import FastAPI, Request
from fastapi.exceptions import ResponseValidationError
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.orm import selectinload

from taskbound import (
    Database,
    DeferredAttribute,
    ExpiredAttribute,
    HiddenIO,
    LazyRelationship,
    SyncCall,
    TaskSession,
)
from tests.here import here
from tests.library import Author, Book, Document, Letter


async def test_a_lazy_collection_names_the_option_that_loads_it(library: Database) -> None:
    async with library.session() as session:
        author = (await session.scalars(select(Author))).one()
        with pytest.raises(LazyRelationship) as caught:
            _ = author.books
        line = here(-1)

    assert str(caught.value) == (
        f"Author.books was used at {line}, but no statement has loaded it; add "
        ".options(selectinload(Author.books)) to the statement, or load it: "
        'await session.refresh(author, ["books"]) (TB201, docs/errors/TB201.md)'
    )
    assert isinstance(caught.value, MissingGreenlet)
    assert (caught.value.entity, caught.value.attribute) == ("Author", "books")
    assert caught.value.identity == (1,)


async def test_a_lazy_reference_is_cured_by_a_join(library: Database) -> None:
    async with library.session() as session:
        book = (await session.scalars(select(Book).where(Book.id == 1))).one()
        with pytest.raises(LazyRelationship) as caught:
            _ = book.author

    assert caught.value.cure.startswith("add .options(joinedload(Book.author)) to the statement")


async def test_a_nested_path_is_given_whole(library: Database) -> None:
    async with library.session() as session:
        statement = select(Author).options(selectinload(Author.books))
        author = (await session.scalars(statement)).one()
        with pytest.raises(LazyRelationship) as caught:
            _ = author.books[0].reviews

    assert "selectinload(Author.books).selectinload(Book.reviews)" in caught.value.cure


async def test_the_collection_of_a_new_object_was_never_set(library: Database) -> None:
    async with library.begin() as session:
        author = Author(id=2, name="Grace")
        session.add(author)
        await session.flush()
        with pytest.raises(LazyRelationship) as caught:
            _ = author.books

    assert caught.value.reason == (
        "the object is new in this session and the relationship was never set"
    )
    assert caught.value.cure == (
        "give it to the constructor, Author(books=[]), "
        'or load it: await session.refresh(author, ["books"])'
    )


async def test_appending_to_an_unloaded_collection_is_explained_too(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        with pytest.raises(LazyRelationship):
            author.books.append(Book(title="Third"))


async def test_a_refused_read_takes_no_connection_and_begins_nothing(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.rollback()
        with pytest.raises(ExpiredAttribute):
            _ = author.name

        assert not session.in_transaction()
        assert library.statistics().checked_out == 0


async def test_an_expiring_commit_is_named_as_the_cause(library: Database) -> None:
    async with library.session(expire_on_commit=True) as session:
        author = await session.get_one(Author, 1)
        await session.commit()
        expired = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.id
        line = here(-1)

    assert str(caught.value) == (
        f"Author.id was used at {line}, but commit() at {expired} threw its values away; make the "
        "session with expire_on_commit=False, or reload the object first: await session.refresh(author) "
        "(TB202, docs/errors/TB202.md)"
    )


async def test_a_commit_of_a_task_session_expires_nothing(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        assert author.name == "Ada"


async def test_a_rollback_is_named_as_the_cause(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.rollback()
        line = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.name

    assert caught.value.reason == f"rollback() at {line} threw its values away"
    assert caught.value.cure == (
        "read it before the rollback, or reload the object first: await session.refresh(author)"
    )


async def test_a_block_that_is_rolled_back_is_named_as_the_cause(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.commit()
        nested = await session.begin_nested()
        author.name = "changed"
        await session.flush()
        await nested.rollback()
        line = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.name

    assert caught.value.reason == f"rollback() at {line} threw its values away"


async def test_a_column_that_the_database_computes_on_update(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        author.name = "Ada L."
        await session.flush()
        line = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.revision
        await session.rollback()

    assert caught.value.reason == (
        f"the database computes it on UPDATE and the flush at {line} did not fetch it"
    )
    assert caught.value.cure == (
        'set __mapper_args__ = {"eager_defaults": True} on Author, '
        'or reload it: await session.refresh(author, ["revision"])'
    )


async def test_a_column_that_a_bulk_update_changed(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.execute(update(Author).values(name=func.upper(Author.name)))
        line = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.name
        await session.rollback()

    assert caught.value.reason == f"the UPDATE at {line} has changed it in the database alone"


async def test_a_deferred_column_names_the_option_that_selects_it(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        with pytest.raises(DeferredAttribute) as caught:
            _ = author.biography

    assert caught.value.reason == "the query left the column out"
    assert caught.value.cure == (
        "add .options(undefer(Author.biography)) to the statement, "
        'or load it: await session.refresh(author, ["biography"])'
    )


async def test_an_attribute_that_was_expired_by_name_says_so(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        session.expire(author, ["name"])
        line = here(-1)
        with pytest.raises(ExpiredAttribute) as caught:
            _ = author.name

    assert caught.value.reason == f"expire() at {line} threw its value away"


async def test_a_deferred_column_stays_deferred_after_a_refresh(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        await session.refresh(author)
        with pytest.raises(DeferredAttribute):
            _ = author.biography


async def test_a_column_of_a_subclass_names_the_polymorphic_option(library: Database) -> None:
    async with library.session() as session:
        letter = (await session.scalars(select(Document))).one()
        assert isinstance(letter, Letter)
        with pytest.raises(DeferredAttribute) as caught:
            _ = letter.greeting

    assert caught.value.cure == (
        "add .options(selectin_polymorphic(Document, [Letter])) to the statement"
    )


async def test_a_call_of_the_synchronous_session_is_told_apart(library: Database) -> None:
    async with library.session() as session:
        with pytest.raises(SyncCall) as caught:
            session.sync_session.scalar(select(1))
        line = here(-1)

    assert str(caught.value) == (
        f"Session.scalar() was used at {line}, but it was called outside run_sync, so nothing "
        "awaits its SQL; await the TaskSession's own method: await session.scalar(...) "
        "(TB204, docs/errors/TB204.md)"
    )


async def test_the_connection_that_a_transaction_holds_already_can_be_asked_for(
    library: Database,
) -> None:
    async with library.session() as session:
        with pytest.raises(SyncCall):
            session.sync_session.connection()
        held = await session.connection()

        assert session.sync_session.connection() is held.sync_connection


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    books: list[BookOut]


async def test_a_serialiser_passes_the_attribute_and_the_cure_on(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        with pytest.raises(ValidationError) as caught:
            AuthorOut.model_validate(author)
        line = here(-1)

    (error,) = caught.value.errors()
    assert error["msg"] == (
        f"Error extracting attribute: LazyRelationship: Author.books was used at {line}, but no "
        "statement has loaded it; add .options(selectinload(Author.books)) to the statement, or "
        'load it: await session.refresh(author, ["books"]) (TB201, docs/errors/TB201.md)'
    )


async def test_a_response_model_names_the_serialiser_and_no_line_of_a_stranger(
    library: Database,
) -> None:
    app = FastAPI()

    @app.get("/", response_model=AuthorOut)
    async def show(request: Request) -> Author:
        request.state.session = library.session()
        author: Author = await request.state.session.get_one(Author, 1)
        sessions.append(request.state.session)
        return author

    sessions: list[TaskSession] = []
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://library") as client:
        with pytest.raises(ResponseValidationError) as caught:
            await client.get("/")
    await sessions[0].close()

    (error,) = caught.value.errors()
    message = error["msg"].partition("LazyRelationship: ")[2]
    assert message.startswith("Author.books was used by pydantic's ")
    assert "selectinload(Author.books)" in message


async def test_what_was_loaded_is_read_without_a_word(library: Database) -> None:
    async with library.session() as session:
        statement = select(Author).options(selectinload(Author.books))
        author = (await session.scalars(statement)).one()

        assert [book.author for book in author.books] == [author, author]


async def test_awaitable_attributes_and_run_sync_load_as_ever(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        titles = [book.title for book in await author.awaitable_attrs.books]
        reviews = await session.run_sync(lambda _: author.books[0].reviews)

    assert (titles, list(reviews)) == (["Notes", "More"], [])


async def test_an_explained_error_survives_pickling(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        with pytest.raises(HiddenIO) as caught:
            _ = author.books

    copy = pickle.loads(pickle.dumps(caught.value))

    assert (str(copy), copy.cure, copy.place) == (
        str(caught.value),
        caught.value.cure,
        caught.value.place,
    )
