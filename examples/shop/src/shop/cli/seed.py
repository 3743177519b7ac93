"""`shop seed`: fill an empty database."""

from __future__ import annotations

import asyncio
import time

from rich.console import Console

from shop.cli.failure import one_line_failures
from shop.cli.url import UrlOption, answering
from shop.seed.filling import fill


def seed(url: UrlOption = None) -> None:
    """Fill an empty database with generated orders.

    They are the same ones every time.
    """
    with one_line_failures():
        asyncio.run(filled(url, Console()))


async def filled(url: str | None, console: Console) -> None:
    """Fill the database if it is empty, and say so on `console`."""
    started = time.monotonic()
    async with answering(url) as database:
        with console.status("Filling the shop ..."):
            new = await fill(database)
    if new:
        console.print(f"Filled the shop in {time.monotonic() - started:.1f} s.", highlight=False)
    else:
        console.print("The shop has its data already.")
