"""Load a Chinook file into the shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.chinook.books import managers_first, refuse_wrong_totals
from shop.chinook.counts import in_words
from shop.chinook.file import parsed
from shop.chinook.rows import Row, Rows, rows_of
from shop.chinook.tables import TABLES
from shop.identities import advance_identities
from shop.models import Base, OrderStatus, Staff
from taskbound import Database

# Pieces of each product, of which the file says nothing: enough for anybody to place orders.
STOCK = 100

# Rows that are sent at once: some steps of a progress bar for each of the large tables.
CHUNK = 500

# The references of the orders come out of their numbers, the same ones each time.
_REFERENCES = UUID("8b7d2f0c-6f0e-5f0b-9a43-1d1a2c1f7c11")


class ShopHasData(Exception):
    """The database holds rows that a load would mix with. Nothing of it has changed.

    counts: the number of rows of each table that has any.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        super().__init__(counts)

    def __str__(self) -> str:
        return f"the shop has data already ({in_words(self.counts)})"


def read(path: Path) -> Rows:
    """The rows of the file by its names of its tables, all of them as the shop takes them.

    Raises `Malformed` at the first place where the file is not a Chinook data set, and `OSError`
    where it cannot be read.
    """
    rows = rows_of(parsed(path))
    refuse_wrong_totals(rows)
    return {**rows, "Employee": managers_first(rows["Employee"])}


async def load(
    db: Database,
    rows: Rows,
    *,
    stock: int = STOCK,
    replace: bool = False,
    advance: Callable[[int], object] | None = None,
) -> None:
    """Put the rows into the shop, in one transaction: all of them, or none.

    The tables are made where they are missing. Of what the file does not say, orders are delivered,
    and customers are known from the moment of the load on.

    stock: pieces of each product.
    replace: True deletes everything that the shop has, in the same transaction.
    advance: called with the number of rows that have just been sent; None tells nobody.

    Raises `ShopHasData` where there is something and `replace` is False.
    """
    await db.create_all(Base.metadata)
    async with db.begin() as session:
        await (_empty(session) if replace else _refuse_data(session))
        for table in TABLES:
            complete = [_complete(table.name, row, stock) for row in rows[table.name]]
            for chunk in _chunks(complete):
                await session.execute(insert(table.target), chunk)
                if advance is not None:
                    advance(len(chunk))
        await advance_identities(session)


async def _refuse_data(session: AsyncSession) -> None:
    count = select(func.count())
    counts = {
        table.name: await session.scalar(
            count.select_from(table)
        )  # taskbound: ignore[TB205] few tables
        for table in Base.metadata.sorted_tables
    }
    if held := {name: count for name, count in counts.items() if count}:
        raise ShopHasData(held)


async def _empty(session: AsyncSession) -> None:
    # MariaDB deletes row by row and would not let a manager go before the team.
    await session.execute(update(Staff).values(manager_id=None))
    for table in reversed(Base.metadata.sorted_tables):
        await session.execute(delete(table))


def _complete(table: str, row: Row, stock: int) -> dict[str, Any]:
    """The row with what the shop wants and the file does not say."""
    match table:
        case "Track":
            return {**row, "stock": stock}
        case "Invoice":
            reference = uuid5(_REFERENCES, str(row["id"]))
            return {**row, "reference": reference, "status": OrderStatus.DELIVERED}
    return row


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
