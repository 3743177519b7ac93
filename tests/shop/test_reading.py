"""Reading: two and three levels of relations, lists, search, the dashboard."""

from __future__ import annotations

import asyncio

import pytest
from httpx import AsyncClient

from taskbound import Database
from tests.shop.asking import order

WINTER = {"id": 1, "title": "Winter", "artist": {"id": 1, "name": "The Harbour Band"}}


async def test_an_order_is_read_down_to_its_artists(client: AsyncClient) -> None:
    placed = (await client.post("/orders", json=order((1, 2), (3, 1)))).json()

    body = (await client.get(f"/orders/{placed['id']}")).json()

    assert placed == body
    assert {"id": 1, "name": "Ada Lovelace", "email": "ada@example.org"} == body["customer"]
    assert [
        {"id": 1, "name": "Northern Lights", "album": WINTER},
        {"id": 3, "name": "Last Copy", "album": None},
    ] == [line["product"] for line in body["lines"]]


async def test_an_order_that_does_not_exist_is_missing(client: AsyncClient) -> None:
    answer = await client.get("/orders/99")

    assert (404, "There is no order 99.") == (answer.status_code, answer.json()["detail"])


async def test_orders_are_listed_newest_first_with_their_customers(client: AsyncClient) -> None:
    for customer in (1, 2, 1):
        await client.post("/orders", json=order((2, 1), customer_id=customer))

    body = (await client.get("/orders", params={"limit": 2})).json()

    assert 3 == body["total"]
    assert ["Ada Lovelace", "Søren O'Brien"] == [item["customer"]["name"] for item in body["items"]]


async def test_orders_are_listed_by_status(client: AsyncClient) -> None:
    await client.post("/orders", json=order((2, 1)))

    placed = (await client.get("/orders", params={"status": "placed"})).json()
    paid = (await client.get("/orders", params={"status": "paid"})).json()

    assert (1, 0) == (placed["total"], paid["total"])
    assert 422 == (await client.get("/orders", params={"status": "lost"})).status_code


async def test_a_customer_s_orders_are_theirs_alone(client: AsyncClient) -> None:
    await client.post("/orders", json=order((2, 1), customer_id=1))
    await client.post("/orders", json=order((2, 2), customer_id=2))

    body = (await client.get("/customers/2/orders")).json()

    assert ["0.20"] == [item["total"] for item in body["items"]]
    assert 404 == (await client.get("/customers/99/orders")).status_code


async def test_a_product_is_read_with_everything_around_it(client: AsyncClient) -> None:
    body = (await client.get("/products/1")).json()

    assert {
        "id": 1,
        "name": "Northern Lights",
        "price": "0.99",
        "stock": 10,
        "composer": None,
        "milliseconds": None,
        "bytes": None,
        "album": WINTER,
        "category": {"id": 1, "name": "Folk"},
        "media_type": {"id": 1, "name": "Vinyl record"},
    } == body
    assert 404 == (await client.get("/products/99")).status_code


@pytest.mark.parametrize(
    ("search", "found"),
    [("lights", [1]), ("harbour", [1, 2]), ("100%", [2]), ("n_r", [2]), ("%", [2]), ("n_p", [])],
)
async def test_a_search_finds_the_text_itself_in_product_album_or_artist(
    client: AsyncClient, search: str, found: list[int]
) -> None:
    body = (await client.get("/products", params={"search": search.replace("n_r", "n_R")})).json()

    assert (found, len(found)) == ([item["id"] for item in body["items"]], body["total"])


async def test_products_are_listed_by_shelf(client: AsyncClient) -> None:
    body = (await client.get("/products", params={"category_id": 1, "limit": 1})).json()

    assert (2, ["Northern Lights"]) == (body["total"], [item["name"] for item in body["items"]])


async def test_a_collection_is_read_with_its_products(client: AsyncClient) -> None:
    body = (await client.get("/collections/1")).json()

    assert "Staff picks" == body["name"]
    assert [(1, WINTER), (3, None)] == [(each["id"], each["album"]) for each in body["products"]]
    assert [{"id": 1, "name": "Staff picks"}] == (await client.get("/collections")).json()
    assert 404 == (await client.get("/collections/99")).status_code


async def test_categories_are_listed(client: AsyncClient) -> None:
    assert [{"id": 1, "name": "Folk"}] == (await client.get("/categories")).json()


async def test_staff_are_read_with_manager_and_reports(client: AsyncClient) -> None:
    marta = (await client.get("/staff/1")).json()
    samuel = (await client.get("/staff/2")).json()

    assert (None, ["Samuel Osei"]) == (
        marta["manager"],
        [each["name"] for each in marta["reports"]],
    )
    assert {"id": 1, "name": "Marta Lindqvist", "title": "General Manager"} == samuel["manager"]
    assert "2020-02-29" == samuel["hire_date"]
    assert ["Marta Lindqvist", "Samuel Osei"] == [
        each["name"] for each in (await client.get("/staff")).json()
    ]
    assert 404 == (await client.get("/staff/99")).status_code


async def test_the_dashboard_shows_exact_figures(client: AsyncClient) -> None:
    await client.post("/orders", json=order((1, 1), (2, 3), customer_id=1))
    await client.post("/orders", json=order((2, 7), customer_id=2))

    body = (await client.get("/dashboard")).json()

    assert [{"status": "placed", "orders": 2, "revenue": "1.99"}] == body["by_status"]
    assert [(2, 10), (1, 1)] == [
        (each["product_id"], each["pieces"]) for each in body["best_sellers"]
    ]
    assert [("Ada Lovelace", "1.29"), ("Søren O'Brien", "0.70")] == [
        (each["name"], each["spent"]) for each in body["best_customers"]
    ]
    assert [("Gone", 0), ("Last Copy", 1), ("Northern Lights", 9)] == [
        (each["name"], each["stock"]) for each in body["low_stock"]
    ]
    assert ["0.70", "1.29"] == [each["total"] for each in body["latest"]]


async def test_more_dashboards_than_connections_are_all_answered(
    client: AsyncClient, stocked: Database
) -> None:
    answers = await asyncio.gather(*(client.get("/dashboard") for _ in range(8)))

    assert {200} == {answer.status_code for answer in answers}
    assert 0 == stocked.statistics().checked_out
