"""Pydantic models in JSON columns, which are written as they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database


class Base(DeclarativeBase):
    pass


class Shop(Base):
    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    branches: Mapped[Any] = mapped_column(JSON, default=list)
    by_name: Mapped[Any] = mapped_column(JSON, default=dict)


class Address(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    street_name: str
    since: date = date(2026, 1, 1)


class NewShop(BaseModel):
    address: Address | None = None
    branches: list[Address] = []
    by_name: dict[str, Address] = {}


class ShopRead(NewShop):
    id: int


class ShopPatch(BaseModel):
    address: Address | None = None
    branches: list[Address] = []


class NewShopInCamels(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    address: Address | None
    by_name: dict[str, Address] = Field(default_factory=dict)


class ShopInCamels(NewShopInCamels):
    id: int


HERE, THERE = Address(street_name="Here"), Address(street_name="There", since=date(2025, 2, 3))


@pytest.fixture
async def shops(database: Database) -> Database:
    await database.create_all(Base.metadata)
    return database


@pytest.fixture
async def on_sqlite() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        yield database


async def test_a_model_in_a_json_column_is_read_as_it_was_written(shops: Database) -> None:
    new = NewShop(address=HERE, branches=[HERE, THERE], by_name={"there": THERE})
    async with shops.begin() as session:
        made = await session.insert(Shop, new, returning=ShopRead)
        many = await session.insert_many(Shop, [new, NewShop()], returning=ShopRead)

    wanted = new.model_dump()
    assert made.model_dump(exclude={"id"}) == many[0].model_dump(exclude={"id"}) == wanted
    assert (many[1].address, many[1].branches) == (None, [])


async def test_a_patch_and_an_upsert_write_it_too(on_sqlite: Database) -> None:
    async with on_sqlite.begin() as session:
        await session.insert(Shop, {"id": 1})
        await session.update(Shop, ShopPatch(address=HERE), key=1)
        await session.update(Shop, ShopPatch(branches=[HERE]), where=Shop.id == 1)
        await session.update_many(Shop, [ShopRead(id=1, by_name={"there": THERE})])
        done = await session.upsert(Shop, ShopRead(id=1, address=THERE), returning=ShopRead)

    assert not done.inserted
    assert done.row == ShopRead(id=1, address=THERE, branches=[HERE], by_name={"there": THERE})


async def test_it_lies_there_by_the_names_that_it_is_read_by(on_sqlite: Database) -> None:
    async with on_sqlite.begin() as session:
        one = await session.insert(Shop, NewShop(address=HERE), returning=ShopRead)
        other = await session.insert(
            Shop, NewShopInCamels(address=HERE, by_name={"there": THERE}), returning=ShopInCamels
        )

    assert (one.address, other.address, other.by_name) == (HERE, HERE, {"there": THERE})


async def test_none_in_a_json_column_is_left_to_the_column(on_sqlite: Database) -> None:
    async with on_sqlite.begin() as session:
        await session.insert(Shop, NewShop(address=None))
        shop = await session.get_one(Shop, 1)

    assert shop.address is None
