"""`shop load` puts a Chinook file into the shop: all of it, exactly, or nothing."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select, text
from typer.testing import CliRunner, Result

from shop.app import create_app
from shop.chinook.loading import ShopHasData, load, read
from shop.chinook.tables import TABLES
from shop.cli import app
from shop.models import Base, Order, Product, Staff
from taskbound import Database
from tests.shop.asking import order, orders, stock
from tests.shop.chinook_file import changed, plainly, real_file, small, written

Json = dict[str, Any]


@pytest.fixture
def chinook() -> Path:
    """The real data set."""
    return real_file()


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    """A file with a few rows in each table."""
    return written(tmp_path / "small.json", small())


def shop(*arguments: object) -> Result:
    """`shop` with these arguments."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


async def dump(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    async with database.session() as session:
        return {
            table.name: list(await session.execute(select(table).order_by(*table.primary_key)))
            for table in Base.metadata.sorted_tables
        }


async def test_the_whole_data_set_is_loaded_and_read_back_exactly(
    chinook: Path, database: Database, database_url: str
) -> None:
    said = await asyncio.to_thread(shop, "load", chinook, "--url", database_url)

    counts = "412 orders, 2,240 order lines, 3,503 products, 59 customers"
    assert (0, "") == (said.exit_code, said.stderr)
    assert re.fullmatch(rf"Loaded {counts} in \d+\.\d s\.\n", said.stdout)
    await assert_rows_are_those_of(database, chinook)
    await assert_the_api_answers_with_the_orders_of(database, chinook)
    async with database.session() as session:
        assert "2328.60" == str(await session.scalar(select(func.sum(Order.total))))


async def assert_rows_are_those_of(database: Database, chinook: Path) -> None:
    """Each table of the shop holds the rows that the file has for it, and no other."""
    content, rows = plainly(chinook), await dump(database)
    for table in TABLES:
        wanted = [tuple(row[name] for name in table.names) for row in content[table.name]]
        found = [
            tuple(
                [_as_in_file(getattr(row, column)) for column in table.columns.values()]
                + [row.billing[part] for part in table.billing.values()]
            )
            for row in rows[table.target.name]
        ]
        assert sorted(wanted) == sorted(found), table.name


def _as_in_file(value: object) -> object:
    match value:
        case datetime():
            assert value.tzinfo is UTC
            return value.replace(tzinfo=None).isoformat()
        case date():
            return f"{value.isoformat()}T00:00:00"
    return value


async def assert_the_api_answers_with_the_orders_of(database: Database, chinook: Path) -> None:
    """On SQLite every order, elsewhere every tenth: customer, lines, products, albums, artists."""
    step = 1 if database.engine.dialect.name == "sqlite" else 10
    wanted = as_answers(plainly(chinook))[::step]
    async with client_of(database) as client:
        answers = [(await client.get(f"/orders/{answer['id']}")).json() for answer in wanted]

    found = [{name: answer[name] for name in wanted[0]} for answer in answers]
    assert wanted == found


def client_of(database: Database) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(create_app(database)), base_url="http://shop")


def as_answers(content: dict[str, list[Json]]) -> list[Json]:
    """What the API is to answer for each order of the file."""
    customers = {row["CustomerId"]: row for row in content["Customer"]}
    lines = defaultdict(list)
    for line in _lines(content):
        lines[line.pop("InvoiceId")].append(line)
    return [
        _order(row, customers[row["CustomerId"]], lines[row["InvoiceId"]])
        for row in content["Invoice"]
    ]


def _lines(content: dict[str, list[Json]]) -> list[Json]:
    artists = {row["ArtistId"]: row["Name"] for row in content["Artist"]}
    albums = {
        row["AlbumId"]: {
            "id": row["AlbumId"],
            "title": row["Title"],
            "artist": {"id": row["ArtistId"], "name": artists[row["ArtistId"]]},
        }
        for row in content["Album"]
    }
    products = {
        row["TrackId"]: {
            "id": row["TrackId"],
            "name": row["Name"],
            "album": albums[row["AlbumId"]],
        }
        for row in content["Track"]
    }
    return [
        {
            "InvoiceId": row["InvoiceId"],
            "id": row["InvoiceLineId"],
            "product": products[row["TrackId"]],
            "unit_price": str(row["UnitPrice"]),
            "quantity": row["Quantity"],
            "amount": str(row["UnitPrice"] * row["Quantity"]),
        }
        for row in content["InvoiceLine"]
    ]


def _order(row: Json, customer: Json, lines: list[Json]) -> Json:
    return {
        "id": row["InvoiceId"],
        "status": "delivered",
        "placed_at": f"{row['InvoiceDate']}Z",
        "total": f"{row['Total']:.2f}",
        "customer": {
            "id": customer["CustomerId"],
            "name": f"{customer['FirstName']} {customer['LastName']}",
            "email": customer["Email"],
        },
        "billing": {
            "address": row["BillingAddress"],
            "city": row["BillingCity"],
            "state": row["BillingState"],
            "country": row["BillingCountry"],
            "postal_code": row["BillingPostalCode"],
        },
        "lines": lines,
    }


async def test_orders_go_on_after_those_of_the_file(database: Database, small_file: Path) -> None:
    await load(database, read(small_file), stock=3)
    async with client_of(database) as client:
        answer = await client.post("/orders", json=order((1, 2)))

    assert (201, 2, "1.98") == (answer.status_code, answer.json()["id"], answer.json()["total"])
    assert (1, 3) == (await stock(database, 1), await stock(database, 2))


async def test_what_the_file_leaves_empty_stays_as_empty_as_it_is(
    database: Database, small_file: Path
) -> None:
    await load(database, read(small_file))

    async with database.session() as session:
        found = await session.get_one(Order, 1)
        jane, product = await session.get_one(Staff, 1), await session.get_one(Product, 1)
    assert ("", None) == (found.billing["state"], found.billing["postal_code"])
    assert (2, None, date(2002, 4, 1)) == (jane.manager_id, jane.fax, jane.hire_date)
    assert (None, 100, Decimal("0.99")) == (product.composer, product.stock, product.price)


async def test_a_time_with_a_zone_keeps_its_moment(database: Database, tmp_path: Path) -> None:
    late = changed(("Invoice", 0, "InvoiceDate"), "2021-01-01T00:00:00.000001-05:00")
    await load(database, read(written(tmp_path / "late.json", late)))

    async with database.session() as session:
        found = await session.get_one(Order, 1)
    assert datetime(2021, 1, 1, 5, 0, 0, 1, tzinfo=UTC) == found.placed_at


async def test_the_same_file_again_is_refused_and_nothing_is_there_twice(
    database: Database, database_url: str, small_file: Path
) -> None:
    await load(database, read(small_file))
    before = await dump(database)
    again = await asyncio.to_thread(shop, "load", small_file, "--url", database_url)

    assert 1 == again.exit_code
    assert re.fullmatch(
        r"Nothing was loaded: the shop has data already \(.*1 order, 2 products.*\); "
        r"--replace deletes it first\n",
        again.stderr,
    )
    assert before == await dump(database)


async def test_one_row_of_any_table_is_data(stocked: Database, small_file: Path) -> None:
    with pytest.raises(ShopHasData) as refused:
        await load(stocked, read(small_file))

    counts = {"products": 4, "staff": 2, "customers": 2, "collection_products": 2}
    assert counts.items() <= refused.value.counts.items()
    assert "orders" not in refused.value.counts


async def test_a_shop_is_replaced_by_the_file_when_that_is_asked_for(
    stocked: Database, database_url: str, small_file: Path
) -> None:
    async with client_of(stocked) as client:
        await client.post("/orders", json=order((1, 2)), headers={"Idempotency-Key": "a"})
    said = await asyncio.to_thread(
        shop, "load", small_file, "--replace", "--stock", 7, "--url", database_url
    )

    rows = await dump(stocked)
    assert (0, 1) == (said.exit_code, await orders(stocked))
    assert [("Go Down", 7), ("Dog Eat Dog", 7)] == [
        (product.name, product.stock) for product in rows["products"]
    ]
    assert [[], []] == [rows["idempotency_keys"], rows["confirmations"]]


async def test_a_load_that_is_cut_off_leaves_the_shop_as_it_was(
    stocked: Database, small_file: Path
) -> None:
    before = await dump(stocked)
    sent = 0

    def cut_off(rows: int) -> None:
        nonlocal sent
        sent += rows
        if sent > 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load(stocked, read(small_file), replace=True, advance=cut_off)

    assert before == await dump(stocked)


async def test_a_malformed_file_leaves_the_shop_as_it_was(
    stocked: Database, database_url: str, tmp_path: Path
) -> None:
    before = await dump(stocked)
    file = written(tmp_path / "bad.json", changed(("Invoice", 0, "CustomerId"), 999))
    said = await asyncio.to_thread(shop, "load", file, "--replace", "--url", database_url)

    wrong = "Invoice[0].CustomerId: 999 is no CustomerId"
    assert (1, "") == (said.exit_code, said.stdout)
    assert f"Nothing was loaded: {file}: {wrong}\n" == said.stderr
    assert before == await dump(stocked)


def test_a_malformed_file_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TASKBOUND_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text("[]")

    said = shop("load", "bad.json")

    assert "Nothing was loaded: bad.json: file: must be an object, is a list\n" == said.stderr
    assert ["bad.json"] == [path.name for path in tmp_path.iterdir()]


async def test_what_only_the_database_refuses_is_said_and_undone(
    stocked: Database, database_url: str, small_file: Path
) -> None:
    async with stocked.begin() as session:
        await session.execute(text("CREATE UNIQUE INDEX one_line ON order_lines (order_id)"))
    before = await dump(stocked)
    said = await asyncio.to_thread(shop, "load", small_file, "--replace", "--url", database_url)

    assert 1 == said.exit_code
    assert said.stderr.startswith("Nothing was loaded: the database refused: ")
    assert before == await dump(stocked)


def test_a_driver_that_is_not_asynchronous_is_refused(small_file: Path) -> None:
    said = shop("load", small_file, "--url", "sqlite:///shop.db")

    refused = "sqlite:///shop.db names no asynchronous driver; write sqlite+aiosqlite:///shop.db"
    assert 1 == said.exit_code
    assert said.stderr.startswith(f"Nothing was loaded: {refused}")


def test_a_server_that_is_not_there_is_named_without_its_password(small_file: Path) -> None:
    said = shop("load", small_file, "--url", "postgresql+asyncpg://ada:secret@127.0.0.1:1/shop")

    url = "postgresql+asyncpg://ada:***@127.0.0.1:1/shop"
    assert 1 == said.exit_code
    assert said.stderr.startswith(f"Nothing was loaded: {url} does not answer: [Errno 111] ")
    assert "secret" not in said.stderr
