"""A shop small enough to know by heart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from shop.identities import advance_identities
from shop.models import (
    Album,
    Artist,
    Base,
    Category,
    Collection,
    Customer,
    MediaType,
    Product,
    Staff,
)
from taskbound import Database

JOINED = datetime(2025, 5, 17, 9, 30, 0, 123456, tzinfo=UTC)


async def stock_the_shop(database: Database) -> None:
    """Two people on the staff, two customers, four products of which one is nearly sold out."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all([*_people(), *_goods()])
        await session.flush()
        await advance_identities(session)


def _people() -> list[Base]:
    marta = Staff(id=1, first_name="Marta", last_name="Lindqvist", title="General Manager")
    samuel = Staff(
        id=2, first_name="Samuel", last_name="Osei", title="Agent", hire_date=date(2020, 2, 29)
    )
    samuel.manager = marta
    ada = Customer(
        id=1,
        first_name="Ada",
        last_name="Lovelace",
        email="ada@example.org",
        city="London",
        country="United Kingdom",
        created_at=JOINED,
        preferences={"newsletter": True},
        support_rep=samuel,
    )
    soren = Customer(id=2, first_name="Søren", last_name="O'Brien", email="soren@example.org")
    return [marta, samuel, ada, soren]


def _goods() -> list[Base]:
    folk, vinyl = Category(id=1, name="Folk"), MediaType(id=1, name="Vinyl record")
    album = Album(id=1, title="Winter", artist=Artist(id=1, name="The Harbour Band"))
    lights = Product(id=1, name="Northern Lights", price=Decimal("0.99"), stock=10, album=album)
    road = Product(id=2, name="100% Cotton_Road", price=Decimal("0.10"), stock=1000, album=album)
    single = Product(id=3, name="Last Copy", price=Decimal("1.29"), stock=1)
    sold_out = Product(id=4, name="Gone", price=Decimal("2.00"), stock=0)
    for product in (lights, road):
        product.category, product.media_type = folk, vinyl
    picks = Collection(id=1, name="Staff picks", products=[lights, single])
    return [lights, road, single, sold_out, picks]
