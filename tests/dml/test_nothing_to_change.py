"""Rows that name nothing but their key."""

from __future__ import annotations

import pytest
from sqlalchemy import FetchedValue
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database


class Base(DeclarativeBase):
    pass


class Mark(Base):
    __tablename__ = "marks of `all`"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(server_default="7")
    other: Mapped[int | None] = mapped_column(server_onupdate=FetchedValue())


@pytest.mark.parametrize("count", [1, 2, 9])
async def test_a_row_that_is_there_is_left_as_it_is(database: Database, count: int) -> None:
    await database.create_all(Base.metadata)

    async with database.begin() as session:
        rows = [{"id": number + 1} for number in range(count)]
        first = await session.upsert_many(Mark, rows)
        again = await session.upsert_many(Mark, rows)
        twice = await session.upsert_many(Mark, [{"id": 77}, {"id": 77}])

    assert [(one.inserted, one.updated) for one in (first, again, twice)] == [
        (count, 0),
        (0, count),
        (1, 1),
    ]
