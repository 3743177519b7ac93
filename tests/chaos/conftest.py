"""Servers that can be killed, and the seed of all that is random.

`TASKBOUND_CHAOS_SEED` gives the seed; a test that fails shows which one it had.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.chaos.server_side import new_database
from tests.conftest import needed
from tests.servers.revivable import Revivable, revivable

_SEED = "TASKBOUND_CHAOS_SEED"

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform == "linux":
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="reads /proc"))


@pytest.fixture
def seed() -> int:
    """Where this test's random choices begin. It is printed, and so shown where the test fails."""
    chosen = int(os.environ.get(_SEED) or random.SystemRandom().getrandbits(32))
    print(f"{_SEED}={chosen}")
    return chosen


@pytest.fixture(scope="session")
def revivable_postgresql(request: pytest.FixtureRequest) -> Iterator[Revivable]:
    with needed(request), revivable("postgresql") as server:
        yield server


@pytest.fixture(scope="session")
def revivable_mysql(request: pytest.FixtureRequest) -> Iterator[Revivable]:
    with needed(request), revivable("mysql") as server:
        yield server


@pytest.fixture
def server(driver: str, request: pytest.FixtureRequest) -> Revivable | None:
    """The server of the test's driver, which the test may kill; None for SQLite."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        return None
    found: Revivable = request.getfixturevalue(f"revivable_{backend}")
    return found


@pytest.fixture
def bank_url(driver: str, server: Revivable | None, tmp_path: Path) -> URL:
    """The address of an empty database on that server."""
    if server is None:
        return URL.create(driver, database=str(tmp_path / "bank.sqlite"))
    return new_database(server.server.url, f"bank{next(_numbers)}").set(drivername=driver)
