"""How a class is marked."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import (
    Database,
    Filter,
    Filters,
    From,
    NullableField,
    PastFilter,
    ValueFilter,
    verify,
)


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "articles"
    __taskbound_filters__ = (Filter("published", lambda model: model.published),)

    id: Mapped[int] = mapped_column(primary_key=True)
    published: Mapped[bool]
    region: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(10), default="article")
    notes: Mapped[list[Note]] = relationship()

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "article"}


class Regional(Article):
    """Has one more filter than what it inherits from."""

    __taskbound_filters__ = (ValueFilter("region", "region"),)

    __mapper_args__ = {"polymorphic_identity": "regional"}


class Draft(Article):
    """Has another filter of the same name."""

    __taskbound_filters__ = (Filter("published", lambda model: ~model.published),)

    __mapper_args__ = {"polymorphic_identity": "draft"}


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    article: Mapped[Article] = relationship(overlaps="notes")


class Row(BaseModel):
    id: int


class NoteRead(BaseModel):
    id: int
    article: Row


class NoteRegion(BaseModel):
    region: Annotated[str, From("article.region")]


@pytest.fixture
async def articles() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as db:
        await db.create_all(Base.metadata)
        async with db.unfiltered("published", "region").begin() as session:
            session.add(Article(id=1, published=True, region="eu"))
            session.add(Article(id=2, published=False, region="eu"))
            session.add(Regional(id=3, published=True, region="eu"))
            session.add(Regional(id=4, published=True, region="us"))
            session.add(Regional(id=5, published=False, region="eu"))
            session.add(Draft(id=6, published=False, region="eu"))
        yield db


async def test_a_class_below_has_more_filters(articles: Database) -> None:
    db = articles.filtered(region="eu")

    async with db.session() as session:
        assert (await session.scalars(select(Regional.id))).all() == [3]
        assert (await session.scalars(select(Article.id).order_by(Article.id))).all() == [1, 3, 4]
    assert await db.project(Row, Regional).all() == [Row(id=3)]
    assert await db.unfiltered("region").project(Row, Regional).count() == 2


async def test_a_class_below_has_another_filter_of_the_same_name(articles: Database) -> None:
    assert await articles.project(Row, Draft).all() == [Row(id=6)]
    async with articles.session() as session:
        assert (await session.scalars(select(Draft.id))).all() == [6]


async def test_filters_are_left_out_one_by_one(articles: Database) -> None:
    everything = articles.unfiltered("published").unfiltered("region")

    assert await everything.project(Row, Article).count() == 6
    assert await articles.unfiltered("published").project(Row, Article).count() == 6
    with pytest.raises(PastFilter, match="the filter region of Regional has no value"):
        await articles.unfiltered("published").project(Row, Regional).count()


def test_what_a_filter_may_hide_may_be_absent() -> None:
    with pytest.raises(NullableField) as caught:
        verify(NoteRead, Note)
    with pytest.raises(NullableField):
        verify(NoteRegion, Note)

    assert "may be absent" in str(caught.value)


def test_a_filter_is_called_by_an_identifier() -> None:
    with pytest.raises(ValueError, match="a filter is called by an identifier, not 'no name'"):
        Filter("no name", lambda model: model.id)


def test_filters_do_not_show_their_values() -> None:
    filters = Filters(tenant="secret").unfiltered("published")

    assert repr(filters) == "<filters with values for tenant without published>"
    assert repr(Filters()) == "<filters with values for none>"
    assert repr(Filter("published", lambda model: model.id)) == "Filter('published')"


def test_filters_are_not_changed_by_who_derives_from_them() -> None:
    filters = Filters(tenant=1)

    filters.filtered(tenant=2, region="eu").unfiltered("tenant")

    assert dict(filters.values) == {"tenant": 1}
    assert filters.off == frozenset()


def test_the_error_survives_pickling() -> None:
    error = PastFilter(filter="tenant", model="Book", reason="has no value here", cure="give it")

    found = pickle.loads(pickle.dumps(error))

    assert (found.filter, found.model, str(found)) == ("tenant", "Book", str(error))
