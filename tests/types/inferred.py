"""What mypy and pyright infer of reads: each line is checked where it stands, by `make check` too."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NamedTuple, TypedDict, assert_type

import attrs
import msgspec
import pydantic
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column

from taskbound import (
    Call,
    Database,
    Options,
    Page,
    Projection,
    ProjectionQuery,
    Repository,
    Service,
    TaskSession,
    call,
    projection,
)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)


class OrderRead(pydantic.BaseModel):
    id: int


class OrderStruct(msgspec.Struct):
    id: int


@dataclass
class OrderData:
    id: int


@attrs.define
class OrderAttrs:
    id: int


class OrderTuple(NamedTuple):
    id: int


class OrderDict(TypedDict):
    id: int


ALL = select(Order)
BY_ID = projection(OrderRead, ALL.where(Order.id == bindparam("id")))


async def of_a_session(session: TaskSession) -> None:
    query = session.project(OrderRead, ALL)
    assert_type(query, ProjectionQuery[OrderRead])
    assert_type(await query.one(), OrderRead)
    assert_type(await query.one_or_none(), OrderRead | None)
    assert_type(await query.first(), OrderRead | None)
    assert_type(await query.all(), list[OrderRead])
    assert_type(await query.get(1), OrderRead | None)
    assert_type(await query.get_one(1), OrderRead)
    assert_type(await query.exists(), bool)
    assert_type(await query.count(), int)
    assert_type((await query.one()).id, int)


async def of_a_database(database: Database) -> None:
    assert_type(await database.project(OrderRead, Order).one(), OrderRead)
    assert_type(await database.project(OrderRead, ALL).all(), list[OrderRead])
    assert_type(await database.project(OrderRead, ALL, children="batch").all(), list[OrderRead])
    assert_type(await database.project(OrderRead, select(aliased(Order))).one(), OrderRead)


async def of_a_prepared_projection(session: TaskSession, database: Database) -> None:
    assert_type(BY_ID, Projection[OrderRead])
    assert_type(await session.project(BY_ID, id=1).one(), OrderRead)
    assert_type(await database.project(BY_ID, id=1).first(), OrderRead | None)
    assert_type(projection(OrderStruct, Order), Projection[OrderStruct])


async def of_pages(session: TaskSession) -> None:
    page = await session.project(OrderRead, ALL).page(size=10, after=None, total="exact")
    assert_type(page, Page[OrderRead])
    assert_type(page.items, list[OrderRead])
    assert_type(page.next, str | None)
    assert_type(page.total, int | None)
    assert_type(await session.project(OrderRead, ALL).page_at(offset=5, total=10), Page[OrderRead])


async def of_streams_and_json(session: TaskSession) -> None:
    async for row in session.project(OrderRead, ALL).stream(size=10):
        assert_type(row, OrderRead)
    assert_type(await session.project(OrderRead, ALL).json(), bytes)


async def of_every_library(session: TaskSession) -> None:
    assert_type(await session.project(OrderStruct, ALL).one(), OrderStruct)
    assert_type(await session.project(OrderData, ALL).one(), OrderData)
    assert_type(await session.project(OrderAttrs, ALL).one(), OrderAttrs)
    assert_type(await session.project(OrderTuple, ALL).one(), OrderTuple)
    assert_type(await session.project(OrderDict, ALL).one(), OrderDict)


async def name_of(session: TaskSession, key: int, *, upper: bool = False) -> str:
    name = str(await session.get_one(Order, key))
    return name.upper() if upper else name


async def count(session: AsyncSession) -> int:
    return len((await session.scalars(ALL)).all())


async def of_groups(database: Database) -> None:
    assert_type(call(name_of, 1, upper=True), Call[str])
    async with database.task_group(snapshot=True, limit=2) as tg:
        assert_type(tg.create_task(name_of, 1), asyncio.Task[str])
        assert_type(tg.create_task(name_of, key=1, upper=True), asyncio.Task[str])
        assert_type(tg.create_task(count), asyncio.Task[int])
        assert_type(tg.create_task(call(name_of, 1), name="ada"), asyncio.Task[str])
        assert_type(tg.session, TaskSession)


async def of_gather(database: Database) -> None:
    name, total = await database.gather(call(name_of, 1), count)
    assert_type(name, str)
    assert_type(total, int)
    assert_type(await database.gather(count), tuple[int])
    assert_type(
        await database.gather(
            count, call(name_of, 1), count, call(name_of, 2), count, call(name_of, 3), snapshot=True
        ),
        tuple[int, str, int, str, int, str],
    )
    assert_type(await database.gather(*(call(name_of, key) for key in range(9))), tuple[str, ...])


database = Database("sqlite+aiosqlite://")


async def place(session: TaskSession, customer_id: int, note: str = "") -> OrderRead:
    return await session.project(OrderRead, ALL).one()


async def is_placed(_session: TaskSession, customer_id: int, note: str = "") -> bool:
    return bool(customer_id and note)


@database.transactional(attempts=3, verify=is_placed)
async def placed(session: TaskSession, customer_id: int, *, note: str = "") -> OrderRead:
    return await place(session, customer_id, note)


@database.transactional
async def counted(session: TaskSession) -> int:
    return await session.project(OrderRead, ALL).count()


async def of_writes(session: TaskSession) -> None:
    async with database.begin(read_only=True, isolation_level="SERIALIZABLE", timeout=5) as begun:
        assert_type(begun, TaskSession)
    assert_type(await database.run(place, 1), OrderRead)
    assert_type(await database.run(place, 1, note="tea"), OrderRead)
    assert_type(await database.run(place, 1, "tea", attempts=3, verify=is_placed), OrderRead)
    assert_type(await placed(1, note="tea"), OrderRead)
    assert_type(await placed.within(session, 1, note="tea"), OrderRead)
    assert_type(await counted(), int)
    session.after_commit(place, 1)
    session.after_commit(print, "placed")


class Orders(Repository[Order]):
    pass


class Desk(Service[Order]):
    pass


async def of_repositories(session: TaskSession) -> None:
    orders, options = Orders(session), Options(where=Order.id > 1, order_by=Order.id)
    assert_type(await orders.get(OrderRead, 1), OrderRead)
    assert_type(await orders.get_or_none(OrderStruct, (1, 2), options), OrderStruct | None)
    assert_type(await orders.list(OrderData, options), list[OrderData])
    assert_type(await orders.page(OrderRead, options), Page[OrderRead])
    assert_type(await orders.exists(), bool)
    assert_type(await orders.count(options), int)
    assert_type(await orders.create(OrderData(1), returning=OrderRead), OrderRead)
    assert_type(await orders.create_many([OrderData(1)], returning=OrderRead), list[OrderRead])
    assert_type(await orders.create_many([OrderData(1)]), int)
    assert_type(await orders.update({"id": 1}, version=2, returning=OrderRead), OrderRead)
    assert_type(await orders.update_many([OrderData(1)], returning=OrderRead), list[OrderRead])
    assert_type(await orders.update_many([OrderData(1)]), int)
    assert_type((await orders.upsert(OrderData(1), on="id", returning=OrderRead)).row, OrderRead)
    assert_type(await orders.delete(1, returning=OrderRead), OrderRead)
    assert_type(await orders.delete_many([1], returning=OrderRead), list[OrderRead])
    assert_type(await orders.delete_many([1, 2]), int)


async def of_services(session: TaskSession) -> None:
    assert_type(await Desk(session).create(OrderData(1), returning=OrderRead), OrderRead)
    assert_type(await Desk(session).get(OrderStruct, 1), OrderStruct)
    assert_type(await Repository[Order](session).get(OrderRead, 1), OrderRead)
    assert_type(await session.update_many(Order, [{"id": 1}], returning=OrderRead), list[OrderRead])
    assert_type(await session.update_many(Order, [{"id": 1}]), int)
