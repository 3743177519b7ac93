"""The beginning and the end of a block send nothing, and are heard all the same by who has asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from taskbound import Database, TaskSession


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.fixture
async def notes(database: Database) -> AsyncIterator[Database]:
    await database.create_all(Base.metadata)
    yield database
    assert database.statistics().checked_out == 0


async def ids(database: Database) -> list[int]:
    async with database.session() as session:
        return list(await session.scalars(select(Note.id).order_by(Note.id)))


async def test_blocks_commit_one_after_the_other(notes: Database) -> None:
    for number in range(1, 4):
        async with notes.begin() as session:
            await session.insert(Note, {"id": number})

    assert await ids(notes) == [1, 2, 3]


async def test_who_is_told_that_a_transaction_begins_may_send_something(notes: Database) -> None:
    def began(session: Session, _transaction: object) -> None:
        if not session.info.setdefault("told", False):
            session.info["told"] = True
            session.execute(text("INSERT INTO notes (id) VALUES (9)"))

    async with notes.session() as session:
        event.listen(session.sync_session, "after_transaction_create", began)
        async with session.begin():
            await session.insert(Note, {"id": 1})

    assert await ids(notes) == [1, 9]


class Closing(Session):
    """Sends something when it is closed, and when it begins."""

    def begin(self, nested: bool = False) -> Any:
        begun = super().begin(nested)
        self.execute(text("INSERT INTO notes (id) VALUES (7)"))
        return begun

    def close(self) -> None:
        self.execute(text("SELECT 1"))
        self.info["closed"] = True
        super().close()


async def test_a_session_class_of_ones_own_may_send_something_at_both_ends(notes: Database) -> None:
    session = TaskSession(notes.engine, sync_session_class=Closing)
    async with session, session.begin():
        await session.insert(Note, {"id": 1})

    assert await ids(notes) == [1, 7]
    assert session.sync_session.info["closed"]


async def test_a_close_of_ones_own_is_called(notes: Database) -> None:
    class Own(TaskSession):
        closed = False

        async def close(self) -> None:
            await asyncio.sleep(0)
            self.closed = True
            await super().close()

    async with Own(notes.engine) as session, session.begin():
        await session.insert(Note, {"id": 1})

    assert session.closed


async def test_a_session_that_has_read_outside_of_a_block_gives_its_connection_back(
    notes: Database,
) -> None:
    async with notes.session() as session:
        await session.scalars(select(Note))

    assert notes.statistics().checked_out == 0


async def test_entities_are_detached_when_the_block_has_ended(notes: Database) -> None:
    note = Note(id=1)
    async with notes.begin() as session:
        session.add(note)

    assert note not in session
    assert await ids(notes) == [1]
