"""The export of all orders as CSV."""

from __future__ import annotations

import asyncio
import csv
import logging
from contextlib import aclosing

import httpx
import pytest
from httpx import AsyncClient
from sqlalchemy import insert, select
from starlette.types import ASGIApp, Receive, Scope, Send

from shop.app import create_app
from shop.models import Order
from shop.repositories.orders import CHUNK
from shop.services.export import orders_as_csv
from taskbound import Database
from tests.shop.asking import money, order
from tests.shop.serving import serving


async def _place_many(database: Database, number: int) -> None:
    async with database.begin() as session:
        row = {"customer_id": 1, "total": money("0.10"), "billing": {}}
        await session.execute(insert(Order), [row] * number)


async def test_the_export_holds_every_order(client: AsyncClient) -> None:
    placed = (await client.post("/orders", json=order((1, 2), (2, 1), customer_id=2))).json()

    answer = await client.get("/orders/export.csv")

    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    (row,) = csv.DictReader(answer.text.splitlines())
    assert (placed["reference"], "Søren O'Brien", "2", "2.08", "placed") == (
        row["reference"],
        row["customer"],
        row["lines"],
        row["total"],
        row["status"],
    )


async def test_an_empty_export_has_its_headings(client: AsyncClient) -> None:
    answer = await client.get("/orders/export.csv")

    assert "reference,placed_at,status,customer,lines,total\r\n" == answer.text


async def test_the_export_comes_in_pieces(stocked: Database) -> None:
    await _place_many(stocked, 2 * CHUNK + 1)

    pieces = [piece async for piece in orders_as_csv(stocked)]

    assert [CHUNK + 1, CHUNK, 1] == [piece.count("\r\n") for piece in pieces]


async def test_the_pieces_hold_each_order_once_and_in_order(
    client: AsyncClient, stocked: Database
) -> None:
    await _place_many(stocked, 2 * CHUNK)
    async with stocked.session() as session:
        placed = (await session.scalars(select(Order.reference).order_by(Order.id))).all()

    answer = await client.get("/orders/export.csv")

    found = [row["reference"] for row in csv.DictReader(answer.text.splitlines())]
    assert [str(reference) for reference in placed] == found


async def test_between_two_pieces_no_connection_is_held(stocked: Database) -> None:
    await _place_many(stocked, 2 * CHUNK)
    async with aclosing(orders_as_csv(stocked)) as export:
        await anext(export)

        assert 0 == stocked.statistics().checked_out


async def test_a_client_that_goes_away_leaves_no_connection_checked_out_and_an_empty_log(
    stocked: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    await _place_many(stocked, 20 * CHUNK)
    app, ended = create_app(stocked), asyncio.Event()
    app.add_middleware(_Telling, ended=ended)
    async with serving(app) as address, httpx.AsyncClient(base_url=address) as away:
        async with away.stream("GET", "/orders/export.csv") as answer:
            await anext(answer.aiter_raw())
        async with asyncio.timeout(10):
            await ended.wait()

        assert 0 == stocked.statistics().checked_out
    # httpx writes down its own requests.
    complaints = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert ([], "") == (complaints, capfd.readouterr().err)


class _Telling:
    """A middleware that tells when the application is done with a request."""

    def __init__(self, app: ASGIApp, ended: asyncio.Event) -> None:
        self._app, self._ended = app, ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                self._ended.set()
