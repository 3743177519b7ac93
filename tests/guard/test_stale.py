"""A row that somebody else has changed since it was read."""

from __future__ import annotations

import pickle

import pytest
from sqlalchemy import String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from taskbound import Database, StaleVersion, TaskSession
from tests.here import here


class Base(DeclarativeBase):
    """The base of the test models."""


class Page(Base):
    """Text with a version."""

    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Note(Base):
    """Text without one."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(default=0)


@pytest.fixture
async def pages(database: Database) -> Database:
    """A page and a note, on each driver."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all([Page(id=1), Note(id=1)])
    return database


async def test_a_stale_version_names_the_object_and_the_line(pages: Database) -> None:
    async with pages.session() as session:
        page = await session.get_one(Page, 1)
        await _change(pages)
        page.text = "mine"
        with pytest.raises(StaleVersion) as caught:
            await session.commit()
        committed = here(-1)

    assert str(caught.value) == (
        f"Page 1 was changed or deleted by somebody else since it was read, so what was sent at {committed} "
        "has changed nothing; read it again and decide anew, or let db.run() call the whole function "
        "again (TB307, docs/errors/TB307.md)"
    )
    assert (("Page", (1,)),) == caught.value.entities
    assert isinstance(caught.value, StaleDataError)


async def test_plain_sqlalchemy_names_no_object(pages: Database) -> None:
    async with AsyncSession(pages.engine) as session:
        page = await session.get_one(Page, 1)
        await _change(pages)
        page.text = "mine"
        with pytest.raises(StaleDataError) as caught:
            await session.commit()

    assert not isinstance(caught.value, StaleVersion)
    assert "Page 1" not in str(caught.value)


async def test_a_function_is_called_again_with_the_new_version(pages: Database) -> None:
    seen: list[str] = []

    async def append(session: TaskSession) -> None:
        page = await session.get_one(Page, 1)
        seen.append(page.text)
        if len(seen) == 1 and pages.engine.dialect.name != "sqlite":
            await _change(pages)
        page.text += " mine"

    if pages.engine.dialect.name == "sqlite":
        pytest.skip("blocks of SQLite that write follow each other")
    await pages.run(append)

    assert ["", "theirs"] == seen


async def test_of_several_objects_it_is_one(pages: Database) -> None:
    async with pages.begin() as session:
        session.add(Page(id=2))
    async with pages.session() as session:
        first, second = await session.get_one(Page, 1), await session.get_one(Page, 2)
        await _change(pages)
        first.text = second.text = "mine"
        with pytest.raises(StaleVersion, match=r"^one of Page \d; Page \d was changed or deleted"):
            await session.flush()


async def test_a_row_that_is_gone_is_stale_without_a_version_too(pages: Database) -> None:
    async with pages.session() as session:
        note = await session.get_one(Note, 1)
        await session.commit()
        async with pages.begin() as other:
            await other.execute(delete(Note))
        note.amount = 5
        with pytest.raises(StaleVersion, match=r"^Note 1 was changed or deleted"):
            await session.flush()


async def test_in_a_savepoint_the_object_is_named_too(pages: Database) -> None:
    async with pages.session() as session:
        page = await session.get_one(Page, 1)
        await _change(pages)
        with pytest.raises(StaleVersion, match=r"^Page 1 "):
            async with session.begin_nested():
                page.text = "mine"


async def test_the_error_survives_pickling() -> None:
    error = StaleVersion(entities=(("Page", (1,)),), place=None)

    restored = pickle.loads(pickle.dumps(error))

    assert (str(error), error.entities) == (str(restored), restored.entities)


async def _change(pages: Database) -> None:
    async with pages.session() as other:
        (await other.get_one(Page, 1)).text = "theirs"
        await other.commit()
