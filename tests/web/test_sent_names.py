"""A client is told the fields by the names that it has sent them by."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

import pytest
from msgspec import Struct
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import Database, From, Refusal, RowRefused, ValueRefused
from taskbound.mixins import Utc
from taskbound.web import problem_of


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    short_name: Mapped[str] = mapped_column(unique=True)
    seen_at: Mapped[datetime | None] = mapped_column(Utc)
    notes: Mapped[list[Note]] = relationship()


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    long_text: Mapped[str] = mapped_column(unique=True)


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class NewNote(Camel):
    long_text: str


class NewPage(Camel):
    short_name: str
    new_notes: Annotated[list[NewNote], From("notes")] = []


class SeenPage(Camel):
    short_name: str
    seen_at: datetime


class Chosen(BaseModel):
    short_name: str = Field(validation_alias=AliasChoices("shortName", "name"))


class InMsgspec(Struct, rename="camel"):
    short_name: str


class Plain(BaseModel):
    short_name: str


@pytest.fixture
async def pages() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            await session.insert(Page, {"short_name": "a"})
        yield database


def _told(error: BaseException) -> list[str]:
    problem = problem_of(error)
    assert problem is not None
    return [each.field for each in problem.errors]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (NewPage(short_name="a"), "shortName"),
        (Chosen.model_validate({"name": "a"}), "shortName"),
        (InMsgspec("a"), "shortName"),
        (Plain(short_name="a"), "short_name"),
        ({"short_name": "a"}, "short_name"),
    ],
    ids=["pydantic", "choices", "msgspec", "plain", "mapping"],
)
async def test_a_field_is_told_by_its_alias(pages: Database, values: Any, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        async with pages.begin() as session:
            await session.insert(Page, values)

    assert _told(caught.value) == [name]
    assert caught.value.field == "short_name"
    assert _told(pickle.loads(pickle.dumps(caught.value))) == [name]


async def test_within_an_object_each_part_of_the_path_is(pages: Database) -> None:
    twice = [NewNote(long_text="x"), NewNote(long_text="x")]
    with pytest.raises(Refusal) as caught:
        async with pages.begin() as session:
            await session.insert(Page, NewPage(short_name="b", new_notes=twice))

    assert (caught.value.field, _told(caught.value)) == (
        "new_notes.long_text",
        ["newNotes.longText"],
    )


async def test_of_many_rows_too(pages: Database) -> None:
    rows = [NewPage(short_name="b"), NewPage(short_name="a")]
    with pytest.raises(RowRefused) as caught:
        async with pages.begin() as session:
            await session.insert_many(Page, rows)

    assert (caught.value.field, _told(caught.value)) == ("short_name", ["shortName"])


async def test_of_a_value_that_was_not_even_sent_too(pages: Database) -> None:
    seen = SeenPage(short_name="b", seen_at=datetime(2026, 1, 1))
    async with pages.begin() as session:
        with pytest.raises(ValueRefused) as one:
            await session.insert(Page, seen)
        with pytest.raises(RowRefused) as many:
            await session.insert_many(Page, [seen])

    assert _told(one.value) == _told(many.value) == ["seenAt"]
