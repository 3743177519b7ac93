"""Placing an order: every rule, all or nothing."""

from __future__ import annotations

import asyncio

from httpx import AsyncClient
from sqlalchemy import select

from shop.models import Confirmation, Order
from taskbound import Database
from tests.shop.asking import order, orders, stock


async def test_an_order_is_answered_with_its_lines_and_its_exact_total(client: AsyncClient) -> None:
    answer = await client.post("/orders", json=order((1, 3), (2, 7)))

    assert 201 == answer.status_code
    body = answer.json()
    assert f"/orders/{body['id']}" == answer.headers["location"]
    assert "3.67" == body["total"]
    assert ["2.97", "0.70"] == [line["amount"] for line in body["lines"]]
    assert "placed" == body["status"]


async def test_an_order_keeps_the_address_of_its_day(client: AsyncClient) -> None:
    placed = (await client.post("/orders", json=order((1, 1)))).json()
    await client.patch("/customers/1", json={"city": "Cambridge"})

    body = (await client.get(f"/orders/{placed['id']}")).json()

    assert "London" == body["billing"]["city"]


async def test_an_order_is_committed_before_it_is_answered(
    client: AsyncClient, stocked: Database
) -> None:
    placed = (await client.post("/orders", json=order((1, 3)))).json()

    async with Database(stocked.engine.url) as other, other.session() as session:
        found = await session.get(Order, placed["id"])
        assert found is not None
        assert placed["reference"] == str(found.reference)
    assert 7 == await stock(stocked, 1)


async def test_a_customer_who_does_not_exist_cannot_order(
    client: AsyncClient, stocked: Database
) -> None:
    answer = await client.post("/orders", json=order((1, 1), customer_id=99))

    assert (404, "There is no customer 99.") == (answer.status_code, answer.json()["detail"])
    assert (10, 0) == (await stock(stocked, 1), await orders(stocked))


async def test_a_product_that_does_not_exist_leaves_the_others_in_stock(
    client: AsyncClient, stocked: Database
) -> None:
    answer = await client.post("/orders", json=order((1, 1), (77, 1)))

    assert (404, "There is no product 77.") == (answer.status_code, answer.json()["detail"])
    assert (10, 0) == (await stock(stocked, 1), await orders(stocked))


async def test_too_few_pieces_of_one_product_leave_the_others_in_stock(
    client: AsyncClient, stocked: Database
) -> None:
    answer = await client.post("/orders", json=order((1, 1), (3, 2)))

    assert 409 == answer.status_code
    assert {
        "type": "/problems/out-of-stock",
        "title": "Not enough in stock",
        "status": 409,
        "detail": "Product 3: 2 ordered, 1 in stock.",
        "instance": "/orders",
    } == answer.json()
    assert (10, 1, 0) == (await stock(stocked, 1), await stock(stocked, 3), await orders(stocked))


async def test_the_last_piece_is_sold_once(client: AsyncClient, stocked: Database) -> None:
    answers = await asyncio.gather(*(client.post("/orders", json=order((3, 1))) for _ in range(6)))

    assert [201, *[409] * 5] == sorted(answer.status_code for answer in answers)
    assert (0, 1) == (await stock(stocked, 3), await orders(stocked))


async def test_orders_of_the_same_products_in_any_order_all_succeed(
    client: AsyncClient, stocked: Database
) -> None:
    there, back = order((1, 1), (2, 1)), order((2, 1), (1, 1))

    answers = await asyncio.gather(
        *(client.post("/orders", json=body) for body in (there, back) * 4)
    )

    assert {201} == {answer.status_code for answer in answers}
    assert (2, 992) == (await stock(stocked, 1), await stock(stocked, 2))


async def test_a_repeated_key_gets_the_first_order_again(
    client: AsyncClient, stocked: Database
) -> None:
    headers = {"Idempotency-Key": "a5f0"}
    first = await client.post("/orders", json=order((3, 1)), headers=headers)

    again = await client.post("/orders", json=order((3, 1)), headers=headers)

    assert (201, 200) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert (0, 1) == (await stock(stocked, 3), await orders(stocked))


async def test_a_key_means_one_request_whatever_its_case(
    client: AsyncClient, stocked: Database
) -> None:
    lower = await client.post("/orders", json=order((1, 1)), headers={"Idempotency-Key": "key"})

    upper = await client.post("/orders", json=order((1, 1)), headers={"Idempotency-Key": "KEY"})

    assert (201, 201) == (lower.status_code, upper.status_code)
    assert 2 == await orders(stocked)


async def test_a_key_with_a_different_order_is_refused(
    client: AsyncClient, stocked: Database
) -> None:
    headers = {"Idempotency-Key": "a5f0"}
    await client.post("/orders", json=order((1, 1)), headers=headers)

    answer = await client.post("/orders", json=order((1, 2)), headers=headers)

    assert 422 == answer.status_code
    assert "/problems/idempotency-key-reused" == answer.json()["type"]
    assert (9, 1) == (await stock(stocked, 1), await orders(stocked))


async def test_a_key_of_a_refused_order_can_be_used_again(
    client: AsyncClient, stocked: Database
) -> None:
    headers = {"Idempotency-Key": "a5f0"}
    refused = await client.post("/orders", json=order((3, 2)), headers=headers)

    placed = await client.post("/orders", json=order((3, 1)), headers=headers)

    assert (409, 201) == (refused.status_code, placed.status_code)
    assert 1 == await orders(stocked)


async def test_requests_with_one_key_at_the_same_time_place_one_order(
    client: AsyncClient, stocked: Database
) -> None:
    headers = {"Idempotency-Key": "a5f0"}

    answers = await asyncio.gather(
        *(client.post("/orders", json=order((3, 1)), headers=headers) for _ in range(6))
    )

    assert [200] * 5 + [201] == sorted(answer.status_code for answer in answers)
    assert 1 == len({answer.json()["id"] for answer in answers})
    assert (0, 1) == (await stock(stocked, 3), await orders(stocked))


async def test_an_order_is_confirmed_once_after_its_answer(
    client: AsyncClient, stocked: Database
) -> None:
    headers = {"Idempotency-Key": "a5f0"}
    placed = (await client.post("/orders", json=order((1, 2)), headers=headers)).json()
    await client.post("/orders", json=order((1, 2)), headers=headers)

    async with stocked.session() as session:
        confirmations = (await session.scalars(select(Confirmation))).all()

    assert [(placed["id"], "ada@example.org", f"Your order {placed['reference']}: 1.98")] == [
        (each.order_id, each.recipient, each.subject) for each in confirmations
    ]
