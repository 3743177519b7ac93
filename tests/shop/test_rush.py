"""64 clients place orders at the same time.

The short form is for every day; `SHOP_RUSH_SECONDS=30` makes it a long one.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx

from shop.seed.filling import fill
from taskbound import Database
from tests.shop.rush import books, rush
from tests.shop.serve import serve

CLIENTS = 64
SECONDS = float(os.environ.get("SHOP_RUSH_SECONDS", "2"))

# The answers that the rules ask for.
RULES = {
    (201, ""),
    (200, ""),
    (404, "/problems/customer-missing"),
    (404, "/problems/product-missing"),
    (409, "/problems/out-of-stock"),
}


async def test_a_rush_breaks_no_rule_and_leaves_the_books_exact(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await fill(database)
    before = await books(database)

    with serve(tmp_path, url=database_url) as shop:
        result = await rush(shop.address("Shop"), clients=CLIENTS, seconds=SECONDS)
        left_out = checked_out_in_the_end(shop.address("Health"))
        shop.process.send_signal(signal.SIGTERM)
        assert 0 == shop.process.wait(timeout=30)

    print(result)
    after = await books(database)
    new = after.orders - before.orders
    assert set() == set(result.answers) - RULES
    assert new == len(result.placed) == result.answers[201, ""] == after.confirmed
    assert 0 <= min(after.stock.values())
    assert 0 == after.wrong_totals
    assert {product: before.stock[product] - left for product, left in after.stock.items()} == {
        product: after.sold.get(product, 0) - before.sold.get(product, 0) for product in after.stock
    }
    assert 0 == left_out


def checked_out_in_the_end(health: str) -> int:
    """The connections that are still held once the confirmations, which come after the answers, are done.

    A leaked one is held for ever, and so is still there after the last try.
    """
    until = time.monotonic() + 30
    while True:
        held = int(httpx.get(health, timeout=30).json()["connections"]["checked_out"])
        if held == 0 or time.monotonic() > until:
            return held
