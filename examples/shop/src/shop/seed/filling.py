"""Fill an empty database."""

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.identities import advance_identities
from shop.models import Base, Customer, Product
from shop.seed import catalogue, orders, people
from taskbound import Database

# With the same seed the shop is the same on every machine.
SEED = 1815


async def fill(db: Database) -> bool:
    """Make the tables, and fill them if they are empty. False where something is in them.

    Everything is one transaction: a fill that was cut off has left nothing behind.
    """
    await db.create_all(Base.metadata)
    async with db.session() as session:
        if await is_filled(session):
            return False
    # Made before the transaction: nobody has to wait for it while that takes its second.
    made = _rows()
    async with db.begin() as session:
        if await is_filled(session):
            return False
        for table, rows in made:
            await session.execute(insert(table), rows)
        await advance_identities(session)
    return True


async def is_filled(session: AsyncSession) -> bool:
    """Whether there is anything in the shop that a fill would mix with."""
    for table in (Customer, Product):
        if await session.scalar(select(table.id).limit(1)) is not None:
            return True
    return False


def _rows() -> list[tuple[Table, list[dict[str, Any]]]]:
    """The rows of each table, in an order in which each finds what it points to."""
    chance = Random(SEED)
    customers = people.customer_rows(chance)
    albums = catalogue.album_rows(chance)
    products = catalogue.product_rows(chance, albums=len(albums))
    placed = orders.order_rows(chance, customers)
    lines = orders.line_rows(chance, placed, products)
    rows = {
        "categories": catalogue.category_rows(),
        "media_types": catalogue.media_type_rows(),
        "artists": catalogue.artist_rows(chance),
        "albums": albums,
        "products": products,
        "collections": catalogue.collection_rows(),
        "collection_products": catalogue.collection_product_rows(chance, products=len(products)),
        "staff": people.staff_rows(chance),
        "customers": customers,
        "orders": placed,
        "order_lines": lines,
    }
    return [(Base.metadata.tables[name], listed) for name, listed in rows.items()]
