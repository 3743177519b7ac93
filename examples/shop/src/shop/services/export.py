"""All orders as CSV, a piece at a time."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator
from contextlib import aclosing
from io import StringIO

from shop.repositories.orders import CHUNK, OrderRow, Orders
from taskbound import Database


async def orders_as_csv(db: Database) -> AsyncGenerator[str, None]:
    """The lines of the file, `CHUNK` orders at a time, in a session of its own.

    The session ends with the last line, or when the client goes away.
    """
    async with db.session() as session, aclosing(Orders(session).export()) as orders:
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(OrderRow._fields)
        rows = 0
        async for row in orders:
            writer.writerow(row)
            rows += 1
            if rows % CHUNK == 0:
                yield _taken(text)
        yield _taken(text)


def _taken(text: StringIO) -> str:
    piece = text.getvalue()
    text.seek(0)
    text.truncate()
    return piece
