"""Customers: create, read, replace, patch, delete, list and search."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient

from tests.shop.asking import order

GRACE: dict[str, Any] = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "email": "Grace@Example.org",
    "company": "Navy",
    "note": "日本 🚢",
    "preferences": {"language": "en", "sizes": [1, 2.5, None]},
    "support_rep_id": 2,
}


async def test_a_created_customer_can_be_read(client: AsyncClient) -> None:
    created = await client.post("/customers", json=GRACE)

    read = (await client.get(created.headers["location"])).json()

    assert (201, read) == (created.status_code, created.json())
    assert {**GRACE, "email": "grace@example.org"} == {name: read[name] for name in GRACE}


async def test_a_customer_s_moment_of_joining_is_exact(client: AsyncClient) -> None:
    body = (await client.get("/customers/1")).json()

    assert "2025-05-17T09:30:00.123456Z" == body["created_at"]


async def test_a_patch_changes_what_it_names_and_empties_what_is_null(client: AsyncClient) -> None:
    before = (await client.get("/customers/1")).json()

    after = await client.patch("/customers/1", json={"city": "Cambridge", "country": None})

    assert {**before, "city": "Cambridge", "country": None} == after.json()
    assert after.json() == (await client.get("/customers/1")).json()


async def test_an_empty_patch_changes_nothing(client: AsyncClient) -> None:
    before = (await client.get("/customers/1")).json()

    after = await client.patch("/customers/1", json={})

    assert (200, before) == (after.status_code, after.json())


async def test_a_replacement_empties_what_it_leaves_out(client: AsyncClient) -> None:
    answer = await client.put("/customers/1", json={**GRACE, "company": None})

    body = answer.json()
    assert ("Grace", None, None) == (body["first_name"], body["city"], body["company"])
    assert "2025-05-17T09:30:00.123456Z" == body["created_at"]


async def test_a_deleted_customer_is_gone(client: AsyncClient) -> None:
    answer = await client.delete("/customers/2")

    assert (204, b"") == (answer.status_code, answer.content)
    assert 404 == (await client.get("/customers/2")).status_code


async def test_a_customer_with_orders_stays(client: AsyncClient) -> None:
    await client.post("/orders", json=order((1, 1)))

    answer = await client.delete("/customers/1")

    assert 409 == answer.status_code
    assert "Customer 1 has orders and cannot be deleted." == answer.json()["detail"]
    assert 200 == (await client.get("/customers/1")).status_code


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_a_customer_who_does_not_exist_is_missing(client: AsyncClient, method: str) -> None:
    body = GRACE if method in {"PUT", "PATCH"} else None

    answer = await client.request(method, "/customers/99", json=body)

    assert (404, "There is no customer 99.") == (answer.status_code, answer.json()["detail"])


async def test_an_e_mail_address_belongs_to_one_customer(client: AsyncClient) -> None:
    created = await client.post("/customers", json={**GRACE, "email": "ADA@example.org"})
    changed = await client.patch("/customers/2", json={"email": "ada@example.org"})

    assert (409, "/problems/email-taken") == (created.status_code, created.json()["type"])
    assert (409, "/problems/email-taken") == (changed.status_code, changed.json()["type"])
    assert 2 == (await client.get("/customers")).json()["total"]


async def test_a_support_representative_must_exist(client: AsyncClient) -> None:
    answer = await client.post("/customers", json={**GRACE, "support_rep_id": 9})

    assert (422, "/problems/support-rep-missing") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "  "},
        {"first_name": None},
        {"email": "ada"},
        {"company": "x" * 201},
        {"company": "a\0b"},
        {"preferences": {"a": "\0"}},
        {"preferences": {"a": "x" * 10_001}},
        {"id": 7},
    ],
    ids=["blank", "null", "no address", "long", "nul", "nul inside", "big", "an id"],
)
async def test_what_no_column_holds_is_refused(client: AsyncClient, change: dict[str, Any]) -> None:
    answer = await client.patch("/customers/1", json=change)

    assert (422, "/problems/invalid-request") == (answer.status_code, answer.json()["type"])


async def test_a_list_shows_a_part_and_counts_the_whole(client: AsyncClient) -> None:
    body = (await client.get("/customers", params={"offset": 1, "limit": 1})).json()

    assert (2, 1, 1) == (body["total"], body["offset"], body["limit"])
    assert ["Søren"] == [customer["first_name"] for customer in body["items"]]


@pytest.mark.parametrize(
    ("search", "found"),
    [("LOVE", [1]), ("o'brien", [2]), ("example.org", [1, 2]), ("%", []), ("_", []), ("\\", [])],
)
async def test_a_search_looks_at_names_and_addresses(
    client: AsyncClient, search: str, found: list[int]
) -> None:
    body = (await client.get("/customers", params={"search": search})).json()

    assert found == [customer["id"] for customer in body["items"]]


@pytest.mark.parametrize("window", [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"search": ""}])
async def test_a_list_without_bounds_is_refused(
    client: AsyncClient, window: dict[str, int]
) -> None:
    assert 422 == (await client.get("/customers", params=window)).status_code
