"""The application as a whole: health, its description, its beginning and end."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient

from shop.app import create_app
from taskbound import Database
from tests.shop.serving import serving


@pytest.fixture
def openapi() -> dict[str, Any]:
    """What the shop says about itself; it needs no database for that."""
    return create_app(Database("sqlite+aiosqlite://")).openapi()


async def test_health_measures_a_round_trip_and_counts_connections(client: AsyncClient) -> None:
    body = (await client.get("/health")).json()

    assert ("ok", 0) == (body["status"], body["connections"]["checked_out"])
    assert 0 < body["database_seconds"] < 5


async def test_shutting_down_disposes_of_the_database(stocked: Database) -> None:
    async with serving(create_app(stocked)) as address, AsyncClient(base_url=address) as client:
        await client.get("/orders")
        during = stocked.statistics()

    after = stocked.statistics()
    assert during.idle >= 1
    assert (0, 0) == (after.idle, after.checked_out)


def test_an_application_without_a_database_takes_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TASKBOUND_URL", "sqlite+aiosqlite:///elsewhere.db")

    database: Database = create_app().state.database

    assert "elsewhere.db" == database.engine.url.database


def test_every_body_that_is_sent_has_an_example(openapi: dict[str, Any]) -> None:
    schemas = openapi["components"]["schemas"]

    for name in ("OrderWrite", "CustomerWrite", "CustomerPatch", "OrderRead", "Problem"):
        assert schemas[name]["examples"], name


def test_every_route_that_refuses_says_how(openapi: dict[str, Any]) -> None:
    placing = openapi["paths"]["/orders"]["post"]["responses"]

    assert {"200", "201", "404", "409", "422"} == set(placing)
    content = placing["409"]["content"]["application/problem+json"]
    assert {"$ref": "#/components/schemas/Problem"} == content["schema"]
    assert {"out-of-stock"} == set(content["examples"])


def test_no_route_promises_an_error_that_is_no_problem_document(openapi: dict[str, Any]) -> None:
    kinds = {
        kind
        for path in openapi["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if status >= "400"
        for kind in response["content"]
    }

    assert {"application/problem+json"} == kinds
