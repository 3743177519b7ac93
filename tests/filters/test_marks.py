"""How a class is marked."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

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
from taskbound.filters.mark import MARK


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
    """Has the filters of the class above."""

    __mapper_args__ = {"polymorphic_identity": "regional"}


class Published:
    """A mixin, whose filter a class may have another one for."""

    __taskbound_filters__: ClassVar[tuple[Filter | ValueFilter, ...]] = (
        Filter("published", lambda model: model.published),
    )


class Draft(Published, Base):
    __tablename__ = "drafts"
    __taskbound_filters__ = (
        Filter("published", lambda model: ~model.published),
        ValueFilter("region", "region"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    published: Mapped[bool]
    region: Mapped[str] = mapped_column(String(2))


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
            session.add(Regional(id=4, published=False, region="eu"))
            session.add(Draft(id=1, published=False, region="eu"))
            session.add(Draft(id=2, published=True, region="eu"))
            session.add(Draft(id=3, published=False, region="us"))
        yield db


async def test_a_class_below_has_the_filters_of_the_class_above(articles: Database) -> None:
    async with articles.session() as session:
        assert (await session.scalars(select(Regional.id))).all() == [3]
        assert (await session.scalars(select(Article.id).order_by(Article.id))).all() == [1, 3]
    assert await articles.project(Row, Regional).all() == [Row(id=3)]


@pytest.mark.parametrize(
    "mark",
    [ValueFilter("region", "region"), Filter("published", lambda model: ~model.published)],
    ids=["one more", "another of the same name"],
)
def test_a_class_below_has_no_filters_of_its_own(mark: Filter) -> None:
    mapping = {"polymorphic_identity": mark.name}
    with pytest.raises(PastFilter) as caught:
        type(f"With{mark.name}", (Article,), {MARK: (mark,), "__mapper_args__": mapping})

    assert str(caught.value) == (
        f"the filter {mark.name} of With{mark.name} is not that of Article, by which the same rows are read; "
        "mark the class at the top, which holds for all below it (TB605, docs/errors/TB605.md)"
    )


async def test_a_class_has_its_own_filter_instead_of_that_of_a_mixin(articles: Database) -> None:
    db = articles.filtered(region="eu")

    assert await db.project(Row, Draft).all() == [Row(id=1)]
    async with db.session() as session:
        assert (await session.scalars(select(Draft.id))).all() == [1]


async def test_filters_are_left_out_one_by_one(articles: Database) -> None:
    drafts = articles.unfiltered("published")

    assert await drafts.unfiltered("region").project(Row, Draft).count() == 3
    assert await drafts.filtered(region="eu").project(Row, Draft).count() == 2
    with pytest.raises(PastFilter, match="the filter region of Draft has no value"):
        await drafts.project(Row, Draft).count()


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
