"""All orders as CSV, a piece at a time."""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator, Iterable
from io import StringIO

from anyio import CancelScope

from shop.repositories.orders import CHUNK, EXPORT
from shop.schemas.order import OrderRow
from taskbound import Database, Page


async def orders_as_csv(db: Database) -> AsyncGenerator[str, None]:
    """The lines of the file, `CHUNK` orders at a time.

    While a piece is on its way nothing is held: a client may be slow, or go away. Orders that are
    placed meanwhile may be in it.
    """
    page = await _read(db, after=None)
    yield _lines([OrderRow._fields, *page.items])
    while page.next:
        page = await _read(db, after=page.next)
        yield _lines(page.items)


async def _read(db: Database, *, after: str | None) -> Page[OrderRow]:
    # A client that goes away cancels the stream. Cut off in the middle of a statement, the connection
    # would be lost, with a complaint in the log; a piece is read in no time, so it is read to its end.
    with CancelScope(shield=True):
        page = await db.project(EXPORT).page(size=CHUNK, after=after)
    return page  # noqa: RET504 - to mypy, the scope may swallow an error and go on here


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
