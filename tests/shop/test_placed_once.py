"""Orders whose commit has no answer."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from taskbound import Database
from tests.shop.asking import order, orders
from tests.write.losing import lost_commits

on_sqlite = pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])


@on_sqlite
@pytest.mark.parametrize("after", [True, False], ids=["committed", "not-committed"])
async def test_with_a_key_the_shop_finds_out_and_places_one_order(
    client: AsyncClient, stocked: Database, after: bool
) -> None:
    with lost_commits(stocked, times=1, after=after):
        answer = await client.post(
            "/orders", json=order((1, 1)), headers={"Idempotency-Key": "a5f0"}
        )

    assert (201, 1) == (answer.status_code, await orders(stocked))


@on_sqlite
@pytest.mark.parametrize("after", [True, False], ids=["committed", "not-committed"])
async def test_without_a_key_the_shop_says_that_it_does_not_know(
    client: AsyncClient, stocked: Database, after: bool
) -> None:
    with lost_commits(stocked, times=1, after=after):
        answer = await client.post("/orders", json=order((1, 1)))

    assert (503, "/problems/outcome-unknown") == (answer.status_code, answer.json()["type"])
    assert int(after) == await orders(stocked)
