"""Every error is a problem document."""

from __future__ import annotations

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from shop.app import create_app
from shop.repositories.orders import ORDER_OF_KEY
from shop.schemas.order import OrderRead
from taskbound import Database
from tests.shop.asking import order, orders, stock


async def test_an_unknown_path_is_a_problem(client: AsyncClient) -> None:
    answer = await client.get("/nowhere")

    assert "application/problem+json" == answer.headers["content-type"]
    assert {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
        "instance": "/nowhere",
    } == answer.json()


async def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: AsyncClient) -> None:
    answer = await client.delete("/orders")

    assert (405, "about:blank") == (answer.status_code, answer.json()["type"])
    assert "allow" in answer.headers


async def test_an_invalid_body_says_what_is_wrong_and_where(client: AsyncClient) -> None:
    answer = await client.post("/orders", json=order((1, 0)))

    assert (422, "application/problem+json") == (
        answer.status_code,
        answer.headers["content-type"],
    )
    fault = {
        "where": "body/lines/0/quantity",
        "what": "Input should be greater than or equal to 1",
    }
    assert [fault] == answer.json()["errors"]


@pytest.mark.parametrize(
    "body",
    [
        {"customer_id": 1, "lines": []},
        order((1, 1), (1, 1)),
        order((1, 1_001)),
        order((2**31, 1)),
        order((1, 1), customer_id=0),
        {**order((1, 1)), "total": "0.01"},
    ],
    ids=["no lines", "a product twice", "too many", "no such number", "zero", "a field too much"],
)
async def test_an_order_that_makes_no_sense_is_refused(
    client: AsyncClient, body: dict[str, object]
) -> None:
    answer = await client.post("/orders", json=body)

    assert (422, "/problems/invalid-request") == (answer.status_code, answer.json()["type"])


async def test_an_id_that_no_column_holds_is_refused(client: AsyncClient) -> None:
    answer = await client.get(f"/orders/{2**31}")

    assert 422 == answer.status_code


async def test_text_that_is_no_json_is_refused(client: AsyncClient) -> None:
    answer = await client.post(
        "/orders", content=b"{", headers={"Content-Type": "application/json"}
    )

    assert (422, "/problems/invalid-request") == (answer.status_code, answer.json()["type"])


async def test_a_fault_of_the_shop_tells_a_stranger_nothing(stocked: Database) -> None:
    app = create_app(stocked)
    app.state.database = None
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.get("/orders/1")

    assert {
        "type": "/problems/internal-error",
        "title": "Internal error",
        "status": 500,
        "detail": "Something went wrong here. It has been written down.",
        "instance": "/orders/1",
    } == answer.json()


async def test_a_row_that_the_shop_counts_on_and_does_not_find_is_its_own_fault(
    stocked: Database,
) -> None:
    app = create_app(stocked)

    @app.get("/first")
    async def first() -> OrderRead:
        return await stocked.project(ORDER_OF_KEY, key="a5f0").one()

    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.get("/first")

    assert (500, "/problems/internal-error") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize("path", ["/orders/1", "/dashboard", "/health"])
async def test_a_database_that_is_away_is_a_problem_to_try_again(path: str) -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", connect_timeout=1)
    async with away:
        transport = ASGITransport(create_app(away), raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://shop") as client:
            answer = await client.get(path)

    assert (503, "1") == (answer.status_code, answer.headers["retry-after"])
    assert "The database does not answer or is busy. Try again later." == answer.json()["detail"]


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
async def test_a_failed_commit_is_an_error_response_and_leaves_nothing(
    client: AsyncClient, stocked: Database
) -> None:
    async with stocked.begin() as session:
        await session.execute(text(ONE_ORDER_A_CUSTOMER))
    await client.post("/orders", json=order((1, 1)))

    answer = await client.post("/orders", json=order((1, 1)))

    assert (409, "/problems/conflict") == (answer.status_code, answer.json()["type"])
    assert (9, 1) == (await stock(stocked, 1), await orders(stocked))
    assert 0 == stocked.statistics().checked_out


async def test_a_value_that_the_database_refuses_is_unprocessable(stocked: Database) -> None:
    app = create_app(stocked)

    @app.post("/oversell")
    async def oversell() -> None:
        async with stocked.begin() as session:
            await session.execute(text("UPDATE products SET stock = stock - 2 WHERE id = 3"))

    async with AsyncClient(transport=ASGITransport(app), base_url="http://shop") as client:
        answer = await client.post("/oversell")
        page = await client.get(answer.json()["type"])

    assert (422, "/problems/unfit-value") == (answer.status_code, answer.json()["type"])
    assert 200 == page.status_code


# Checked by the commit, and by nothing before it.
ONE_ORDER_A_CUSTOMER = (
    "ALTER TABLE orders ADD CONSTRAINT one_order_a_customer "
    "UNIQUE (customer_id) DEFERRABLE INITIALLY DEFERRED"
)


async def test_each_problem_has_a_page(client: AsyncClient) -> None:
    refused = (await client.get("/orders/99")).json()

    page = await client.get(refused["type"])

    assert (200, "Order not found: No order has this id.") == (page.status_code, page.text)
    assert 404 == (await client.get("/problems/unheard-of")).status_code
