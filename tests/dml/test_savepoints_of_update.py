"""In how many statements many updates go."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select

from taskbound import Database
from tests.dml.models import Customer
from tests.patterns.drivers import MARIADB


async def sent(url: str, rows: list[dict[str, Any]], caplog: pytest.LogCaptureFixture) -> list[str]:
    """The verbs of the statements that the update of these customers takes."""
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine.Engine")
    async with Database(url) as logged, logged.begin() as session:
        await session.execute(select(Customer.id))
        caplog.clear()
        await session.update_many(Customer, rows)
        said = [record.getMessage().partition(" ")[0] for record in caplog.records]
    return [verb for verb in said if verb.isupper() and verb != "BEGIN"]


async def test_several_rows_take_one_savepoint(
    three: Database, driver: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}]

    verbs = await sent(database_url, rows, caplog)

    # There the next savepoint takes the place of the one before.
    released = [] if driver in MARIADB.values() else ["RELEASE"]
    assert verbs == ["SAVEPOINT", "UPDATE", *released]


async def test_one_row_takes_a_savepoint_where_an_error_ends_the_transaction(
    three: Database, driver: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    verbs = await sent(database_url, [{"id": 1, "name": "A"}], caplog)

    is_ended = driver.startswith("postgresql")
    assert verbs == (["SAVEPOINT", "UPDATE", "RELEASE"] if is_ended else ["UPDATE"])
