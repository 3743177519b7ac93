"""All orders as CSV, a piece at a time."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator, Iterable, Sequence
from io import StringIO

from anyio import CancelScope

from shop.repositories.orders import OrderRow, Orders
from taskbound import Database


async def orders_as_csv(db: Database) -> AsyncGenerator[str, None]:
    """The lines of the file, `CHUNK` orders at a time, each piece read in a session of its own.

    While a piece is on its way nothing is held: a client may be slow, or go away. Orders that are
    placed meanwhile may be in it.
    """
    rows, last = await _read(db, after=0)
    yield _lines([OrderRow._fields, *rows])
    while rows:
        rows, last = await _read(db, after=last)
        if rows:
            yield _lines(rows)


async def _read(db: Database, *, after: int) -> tuple[Sequence[OrderRow], int]:
    # A client that goes away cancels the stream. Cut off in the middle of a statement, the connection
    # would be lost, with a complaint in the log; a piece is read in no time, so it is read to its end.
    with CancelScope(shield=True):
        async with db.session() as session:
            piece = await Orders(session).export(after=after)
    return piece


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
