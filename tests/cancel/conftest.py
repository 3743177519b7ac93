"""Statements that only a cancellation ends, on each engine."""

from __future__ import annotations

import pytest

from taskbound import Database
from tests.chaos.storm_work import Work, prepare


@pytest.fixture
async def work(database: Database) -> Work:
    """The operations of the storm, on tables of their own."""
    await prepare(database.engine)
    return Work(database.engine, database.session, database.begin, database)
