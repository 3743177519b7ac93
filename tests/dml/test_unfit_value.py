"""A value that the type of its column does not take, in what one row was to become."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import Database, From, RowRefused, TaskSession, ValueRefused
from taskbound.mixins import Utc, Uuid7Key
from taskbound.web import problem_of
from tests.here import here

NAIVE = datetime(2026, 1, 1)  # what a client sends without a zone
AWARE = datetime(2026, 1, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    pass


class Visit(Uuid7Key, Base):
    __tablename__ = "visits"

    at: Mapped[datetime] = mapped_column("visited_at", Utc)
    steps: Mapped[list[Step]] = relationship()


class Step(Uuid7Key, Base):
    __tablename__ = "steps"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(Utc)


class NewStep(BaseModel):
    at: datetime


class NewVisit(BaseModel):
    when: Annotated[datetime, From("at")]
    steps: list[NewStep] = []


class VisitPatch(BaseModel):
    when: Annotated[datetime, From("at")]


class VisitHere(VisitPatch):
    id: UUID = UUID(int=1)


@pytest.fixture
async def visits() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        yield database


@pytest.mark.parametrize(
    ("write", "change"),
    [
        (lambda session: session.insert(Visit, NewVisit(when=NAIVE)), "insert"),
        (lambda session: session.update(Visit, VisitPatch(when=NAIVE), key=UUID(int=1)), "update"),
        (
            lambda session: session.update(Visit, VisitPatch(when=NAIVE), where=Visit.at > AWARE),
            "update",
        ),
        (lambda session: session.upsert(Visit, VisitHere(when=NAIVE)), "upsert"),
    ],
    ids=["insert", "update", "where", "upsert"],
)
async def test_it_is_refused_with_its_field(
    visits: Database, write: Callable[[TaskSession], Awaitable[Any]], change: str
) -> None:
    async with visits.begin() as session:
        with pytest.raises(ValueRefused) as caught:
            await write(session)

    error = caught.value
    assert (error.change, error.field, error.reason) == (change, "when", "malformed")
    assert (error.table, error.columns) == ("visits", ("visited_at",))
    assert isinstance(error.__cause__, ValueError)


async def test_the_message_names_the_line_and_the_column(visits: Database) -> None:
    async with visits.begin() as session:
        with pytest.raises(ValueRefused) as caught:
            await session.insert(Visit, NewVisit(when=NAIVE))
        line = here(-1)

    assert str(caught.value) == (
        f"what was sent at {line} was refused: a value is not of the type of visits.visited_at; check it "
        "before it is sent, with the types and limits of a DTO, or handle ValueRefused "
        "(TB606, docs/errors/TB606.md)"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("count", [1, 2])
async def test_within_an_object_it_has_the_path(visits: Database, count: int) -> None:
    steps = [NewStep(at=AWARE), NewStep(at=NAIVE)][-count:]
    with pytest.raises(ValueRefused) as caught:
        async with visits.begin() as session:
            await session.insert(Visit, NewVisit(when=AWARE, steps=steps))

    assert caught.value.field == "steps.at"


async def test_within_an_object_of_many_rows_it_has_the_row_and_the_path(visits: Database) -> None:
    rows = [NewVisit(when=AWARE), NewVisit(when=AWARE, steps=[NewStep(at=NAIVE)])]
    async with visits.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Visit, rows)

    assert (caught.value.row, caught.value.field) == (1, "steps.at")


async def test_a_key_of_another_type_is_refused(visits: Database) -> None:
    async with visits.begin() as session:
        with pytest.raises(ValueRefused) as updated:
            await session.update(Visit, VisitPatch(when=AWARE), key="one")
        with pytest.raises(ValueRefused) as deleted:
            await session.delete(Visit, key="one")

    assert (updated.value.columns, updated.value.fields) == (("id",), ())
    assert (deleted.value.columns, deleted.value.change) == (("id",), "delete")


async def test_a_client_is_told_the_field(visits: Database) -> None:
    with pytest.raises(ValueRefused) as caught:
        async with visits.begin() as session:
            await session.insert(Visit, NewVisit(when=NAIVE))
    problem = problem_of(caught.value)

    assert problem is not None
    assert problem.status == 422
    assert [each.member() for each in problem.errors] == [
        {"field": "when", "detail": "has a value of another type"}
    ]


async def test_an_error_of_a_default_stays_as_it_is(visits: Database) -> None:
    def broken() -> UUID:
        raise ZeroDivisionError

    class Broken(Base):
        __tablename__ = "broken"
        id: Mapped[UUID] = mapped_column(primary_key=True, default=broken)
        at: Mapped[datetime] = mapped_column(Utc)

    async with visits.begin() as session:
        with pytest.raises(ZeroDivisionError):
            await session.insert(Broken, {"at": AWARE})
