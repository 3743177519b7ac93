"""The library that is read from and written to."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from taskbound import Database, TaskSession
from tests.filters.models import Base, fill


@pytest.fixture(scope="session")
def filled_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library in a file of SQLite, to be copied."""
    file = tmp_path_factory.mktemp("library") / "library.sqlite"
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        session.commit()
    return file


@pytest.fixture
async def library(filled_library: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A `Database` on a library of its own, with no tenant."""
    copy = shutil.copy(filled_library, tmp_path / "library.sqlite")
    async with Database(f"sqlite+aiosqlite:///{copy}") as opened:
        yield opened
        assert opened.statistics().checked_out == 0


@pytest.fixture
def db(library: Database) -> Database:
    """The library as tenant 1 sees it."""
    return library.filtered(tenant=1)


@pytest.fixture
async def session(db: Database) -> AsyncIterator[TaskSession]:
    """A session of tenant 1, whose transaction is rolled back."""
    async with db.session() as opened:
        yield opened
        await opened.rollback()
