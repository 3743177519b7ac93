"""Events of the session and of the mapper fire as ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from taskbound import Database, TaskSession
from tests.patterns.committed import committed_authors
from tests.patterns.models import Author, Book


@pytest.fixture
def names() -> list[str]:
    """What the listeners of a test have seen."""
    return []


@pytest.fixture
def listening(names: list[str]) -> Iterator[None]:
    """A listener on every session of the program, as audit trails have it."""

    def note(session: Session, _context: UOWTransaction, _instances: object) -> None:
        names.extend(sorted(row.name for row in session.new if isinstance(row, Author)))

    event.listen(Session, "before_flush", note)
    yield
    event.remove(Session, "before_flush", note)


@pytest.mark.usefixtures("listening")
async def test_a_listener_on_every_session_hears_a_task_session(
    session: TaskSession, names: list[str]
) -> None:
    names.clear()
    session.add(Author(name="Cy"))
    await session.flush()

    assert ["Cy"] == names


async def test_a_listener_on_one_session_hears_that_one_only(
    library: Database, names: list[str]
) -> None:
    async with library.session() as heard, library.session() as other:
        event.listen(heard.sync_session, "after_commit", lambda _: names.append("heard"))
        await heard.scalar(select(Author))
        await other.scalar(select(Author))
        await heard.commit()
        await other.commit()

    assert ["heard"] == names


async def test_every_step_of_a_transaction_is_heard_in_order(
    session: TaskSession, names: list[str]
) -> None:
    def listen(name: str) -> None:
        event.listen(session.sync_session, name, lambda *_: names.append(name))

    for step in ("after_begin", "before_flush", "after_flush", "before_commit", "after_commit"):
        listen(step)
    session.add(Author(name="Cy"))
    await session.commit()

    assert ["before_commit", "before_flush", "after_begin", "after_flush", "after_commit"] == names


async def test_a_rollback_is_heard(session: TaskSession, names: list[str]) -> None:
    event.listen(session.sync_session, "after_rollback", lambda _: names.append("rollback"))
    await session.scalar(select(Author))
    await session.rollback()

    assert ["rollback"] == names


async def test_before_flush_may_add_to_the_work(library: Database) -> None:
    def add_a_pen_name(session: Session, _context: object, _instances: object) -> None:
        session.add_all(
            [Author(name=f"{row.name} II") for row in session.new if isinstance(row, Author)]
        )

    async with library.session() as session:
        event.listen(session.sync_session, "before_flush", add_a_pen_name, once=True)
        session.add(Author(name="Cy"))
        await session.commit()

    assert ["Ada", "Bob", "Cy", "Cy II"] == await committed_authors(library)


async def test_before_flush_may_query_and_load_lazily(
    session: TaskSession, names: list[str]
) -> None:
    def look(sync: Session, _context: object, _instances: object) -> None:
        author = sync.scalars(select(Author).where(Author.id == 1)).one()
        names.extend(book.title for book in author.books)

    event.listen(session.sync_session, "before_flush", look, once=True)
    session.add(Author(name="Cy"))
    await session.flush()

    assert ["Dawn", "Dusk"] == names


async def test_after_flush_may_send_statements(session: TaskSession) -> None:
    def stamp(sync: Session, _context: object) -> None:
        sync.connection().execute(insert(Author).values(name="stamp"))

    event.listen(session.sync_session, "after_flush", stamp, once=True)
    session.add(Author(name="Cy"))
    await session.flush()

    assert 4 == len((await session.scalars(select(Author.id))).all())


async def test_after_commit_may_not_send_but_may_count(
    session: TaskSession, names: list[str]
) -> None:
    event.listen(session.sync_session, "after_commit", lambda sync: names.extend(sync.info))
    session.info["trace"] = 1
    await session.scalar(select(Author))
    await session.commit()

    assert ["trace"] == names


async def test_a_mapper_event_may_use_its_connection(session: TaskSession) -> None:
    def stamp(_mapper: Mapper[Any], connection: Connection, author: Author) -> None:
        connection.execute(insert(Book).values(title=f"On {author.name}", author_id=author.id))

    event.listen(Author, "after_insert", stamp)
    try:
        session.add(Author(name="Cy"))
        await session.flush()
    finally:
        event.remove(Author, "after_insert", stamp)

    assert "On Cy" == await session.scalar(select(Book.title).where(Book.author_id == 3))


async def test_do_orm_execute_may_change_a_statement(session: TaskSession) -> None:
    def in_stock_only(state: ORMExecuteState) -> None:
        if state.is_select and not state.is_column_load and not state.is_relationship_load:
            state.statement = state.statement.options(with_loader_criteria(Book, Book.copies > 0))

    event.listen(session.sync_session, "do_orm_execute", in_stock_only)
    titles = await session.scalars(select(Book).order_by(Book.id))

    assert ["Dawn", "Noon"] == [book.title for book in titles]


async def test_objects_are_heard_as_they_are_loaded(session: TaskSession, names: list[str]) -> None:
    def loaded(_session: Session, row: object) -> None:
        names.append(type(row).__name__)

    event.listen(session.sync_session, "loaded_as_persistent", loaded)
    await session.get_one(Book, 1)

    assert ["Book", "Tag", "Tag"] == names
