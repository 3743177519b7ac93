"""Models that inherit keys and time stamps, on every database."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import String, insert, select, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database
from taskbound.mixins import IdentityKey, SoftDelete, Timestamps, Utc, Uuid7Key


class Base(DeclarativeBase):
    pass


class Note(Uuid7Key, Timestamps, Base):
    __tablename__ = "notes"

    text: Mapped[str] = mapped_column(String(40))


class Counted(IdentityKey, SoftDelete, Timestamps, Base):
    __tablename__ = "counted"

    at: Mapped[dt.datetime | None] = mapped_column(Utc())


class NoteRead(BaseModel):
    id: UUID
    text: str
    created_at: dt.datetime
    updated_at: dt.datetime


class CountedRead(BaseModel):
    id: int
    at: dt.datetime | None


@pytest.fixture
async def notes(database: Database) -> Database:
    await database.create_all(Base.metadata)
    return database


def is_now(moment: dt.datetime) -> bool:
    return moment.tzinfo is dt.UTC and abs(dt.datetime.now(dt.UTC) - moment).seconds < 60


async def test_an_entity_has_key_and_stamps_after_its_flush(notes: Database) -> None:
    async with notes.begin() as session:
        note = Note(text="x")
        session.add(note)
        await session.flush()
        made = note.id, note.created_at, note.updated_at

        assert is_now(note.created_at)
        note.text = "y"
        await session.flush()
        assert (note.id, note.created_at) == made[:2]
        assert note.updated_at > made[2]
    async with notes.session() as session:
        found = await session.get_one(Note, made[0])
        assert (found.created_at, found.updated_at) == (made[1], note.updated_at)


async def test_rows_that_are_written_without_entities_have_them(notes: Database) -> None:
    async with notes.begin() as session:
        made = await session.insert(Note, {"text": "x"}, returning=NoteRead)
        changed = await session.update(Note, {"text": "y"}, key=made.id, returning=NoteRead)
        assert is_now(made.created_at)
        assert changed.created_at == made.created_at
        assert changed.updated_at > made.updated_at
        await session.update(Note, {"text": "z"}, every=True)
        again = await session.project(NoteRead, Note).one()
        assert again.updated_at > changed.updated_at


async def test_orm_statements_set_them(notes: Database) -> None:
    async with notes.begin() as session:
        await session.execute(insert(Note), [{"text": "a"}, {"text": "b"}])
        before = await session.project(NoteRead, Note).all()
        await session.execute(update(Note).values(text="c"))
        after = await session.project(NoteRead, Note).all()

    assert all(is_now(note.created_at) for note in before)
    assert min(note.updated_at for note in after) > max(note.updated_at for note in before)


async def test_keys_are_in_the_order_in_which_they_were_made(notes: Database) -> None:
    async with notes.begin() as session:
        session.add_all([Note(text=str(number)) for number in range(30)])
        session.add_all([Counted() for _ in range(3)])
    async with notes.session() as session:
        texts = (await session.scalars(select(Note.text).order_by(Note.id))).all()
        numbers = (await session.scalars(select(Counted.id).order_by(Counted.id))).all()

    assert texts == [str(number) for number in range(30)]
    assert numbers == [1, 2, 3]


async def test_a_moment_comes_back_as_it_went_in(notes: Database) -> None:
    moment = dt.datetime(2026, 5, 1, 12, 30, 15, 123456, dt.timezone(dt.timedelta(hours=2)))
    async with notes.begin() as session:
        made = await session.insert(Counted, {"at": moment}, returning=CountedRead)
        found = await session.scalar(select(Counted.at).where(Counted.at == moment))

    assert made == CountedRead(id=1, at=moment)
    assert (found, found and found.tzinfo) == (moment, dt.UTC)


async def test_a_time_without_a_zone_is_refused(notes: Database) -> None:
    async with notes.session() as session:
        session.add(Counted(at=dt.datetime(2026, 5, 1)))  # that is what is refused
        with pytest.raises(StatementError, match="a time without a zone may be any moment"):
            await session.flush()
        await session.rollback()


async def test_what_was_deleted_softly_is_restored(notes: Database) -> None:
    async with notes.begin() as session:
        row = Counted()
        session.add(row)
        await session.flush()
        row.mark_deleted()
        await session.flush()
        assert (await session.scalars(select(Counted))).all() == []
        row.restore()
        await session.flush()

        assert (await session.scalars(select(Counted))).all() == [row]
