"""A database with the tables of all families."""

from __future__ import annotations

import pytest

from taskbound import Database
from tests.truth import worlds
from tests.truth.worlds import SEED, World


def pytest_report_header() -> str:
    """What makes the same models again."""
    return f"truth: TASKBOUND_TRUTH_SEED={SEED}"


@pytest.fixture
async def world(database: Database) -> World:
    """The test's database, with the tables of all families."""
    return await worlds.world(database)
