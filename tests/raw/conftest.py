"""Things in a shop on each driver whose COMMIT goes past SQLAlchemy's `Connection`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Connection

from taskbound import Database, Finding, subscribe
from tests.raw.things import Base, Thing


@pytest.fixture
async def things(database: Database) -> AsyncIterator[Database]:
    """Three things, with 10 of each."""
    await fill(database)
    yield database
    assert database.statistics().checked_out == 0


async def fill(database: Database) -> None:
    """Make the tables, with three things in them."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all([Thing(id=number, amount=10) for number in (1, 2, 3)])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Connection]:
    """The connections of SQLAlchemy's that were made in the test since the last look."""
    seen: list[Connection] = []
    ordinary = Connection.__init__

    def noted(self: Connection, *args: object, **options: object) -> None:
        seen.append(self)
        ordinary(self, *args, **options)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(Connection, "__init__", noted)
    return seen


@pytest.fixture
def findings() -> Iterator[list[Finding]]:
    """What the guard has seen, in order."""
    seen: list[Finding] = []
    stop = subscribe(seen.append, Finding)
    yield seen
    stop()
