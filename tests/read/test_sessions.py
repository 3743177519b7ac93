"""Reads of sessions that were made in other ways than by a `Database`."""

from __future__ import annotations

from dataclasses import make_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database, ExpiringTaskSession, TaskSession, projection
from tests.patterns.drivers import on_servers
from tests.read.connections import connection_of, connection_of_read
from tests.read.dtos import ORDERS, ROWS, CustomerRead, OrderRead, OrderRow
from tests.read.models import Base, Customer, Order

ALL = select(Order).order_by(Order.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


@pytest.fixture
async def plain(shop_url: str) -> Any:
    """SQLAlchemy's own engine on the shop."""
    engine = create_async_engine(shop_url)
    yield engine
    await engine.dispose()


@CHILDREN
async def test_a_factory_of_the_users_own_reads_the_same(plain: AsyncEngine, children: Any) -> None:
    sessions = async_sessionmaker(plain, class_=TaskSession)
    async with sessions() as session:
        outside = await session.project(OrderRead, ALL, children=children).all()
        await session.connection()
        inside = await session.project(OrderRead, ALL, children=children).all()

    assert (outside, inside) == (ORDERS, ORDERS)
    assert plain.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_a_session_that_expires_reads_the_same(plain: AsyncEngine) -> None:
    async with ExpiringTaskSession(plain) as session:
        entity = await session.get_one(Order, 1)
        await session.commit()
        found = await session.project(OrderRow, Order).get(1)

    assert found == ROWS[0]
    assert "total" not in entity.__dict__


async def test_an_expired_entity_is_no_change_to_flush(shop: Database) -> None:
    async with shop.session(expire_on_commit=True) as session:
        await session.get_one(Order, 1)
        await session.commit()

        assert await session.project(OrderRow, ALL).all() == ROWS
        assert not session.in_transaction()


async def test_without_the_guard_a_session_reads_the_same(shop_url: str) -> None:
    async with Database(shop_url, guard=False) as database, database.session() as session:
        outside = await session.project(OrderRead, ALL).all()
        session.add(Order(id=4, total=Decimal(1), customer_id=1))
        inside = await session.project(OrderRow, Order).count()

    assert (outside, inside) == (ORDERS, 4)


@CHILDREN
async def test_a_session_on_a_connection_reads_in_its_transaction(
    shop: Database, children: Any
) -> None:
    async with shop.engine.connect() as connection:
        await connection.begin()
        async with TaskSession(connection, join_transaction_mode="create_savepoint") as session:
            session.add(Order(id=4, total=Decimal(1), customer_id=1))
            await session.commit()
            found = await session.project(OrderRead, ALL, children=children).all()
        await connection.rollback()

        assert [each.id for each in found] == [1, 2, 3, 4]
        assert await TaskSession(connection).project(OrderRow, Order).count() == 3
        await connection.rollback()


@on_servers
async def test_a_session_on_a_connection_uses_no_other(plain: AsyncEngine, driver: str) -> None:
    backend = plain.dialect.name
    async with plain.connect() as connection:
        own = await connection_of(connection, backend)
        async with TaskSession(connection) as session:
            read = await connection_of_read(session.project, backend)

    assert read == own


async def test_a_session_on_a_fresh_connection_reads_too(plain: AsyncEngine) -> None:
    async with plain.connect() as connection, TaskSession(connection) as session:
        assert await session.project(OrderRow, ALL).all() == ROWS


class _OtherBase(DeclarativeBase):
    pass


class _Note(_OtherBase):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)


async def _with_notes(file: Path, numbers: list[int]) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    async with engine.begin() as connection:
        await connection.run_sync(_OtherBase.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all(_Note(id=number) for number in numbers)
        await session.commit()
    return engine


@pytest.fixture
async def second(tmp_path: Path) -> Any:
    """An engine on another database, which has notes."""
    engine = await _with_notes(tmp_path / "second.sqlite", [1, 2])
    yield engine
    await engine.dispose()


async def test_binds_of_mapped_classes_lead_each_read_to_its_engine(
    plain: AsyncEngine, second: AsyncEngine
) -> None:
    binds: dict[Any, Any] = {Base: plain, _OtherBase: second}
    async with TaskSession(binds=binds) as session:
        orders = await session.project(OrderRead, ALL).all()
        names = await session.project(CustomerRead, Customer).count()
        notes = await session.project(_note_read(), select(_Note).order_by(_Note.id)).all()
        of_class = await session.project(_note_read(), _Note).count()

    assert (orders, names, [note.id for note in notes], of_class) == (ORDERS, 3, [1, 2], 2)


async def test_binds_lead_reads_in_a_transaction_to_the_connection_of_their_engine(
    plain: AsyncEngine, second: AsyncEngine
) -> None:
    binds: dict[Any, Any] = {Base: plain, _OtherBase: second}
    async with TaskSession(binds=binds) as session:
        session.add_all([_Note(id=3), Order(id=4, total=Decimal(1), customer_id=1)])
        notes = await session.project(_note_read(), _Note).count()
        orders = await session.project(OrderRow, ALL).count()
        await session.rollback()

    assert (notes, orders) == (3, 4)


async def test_binds_lead_a_prepared_projection_to_its_engine(
    plain: AsyncEngine, second: AsyncEngine
) -> None:
    of_notes = projection(_note_read(), select(_Note).order_by(_Note.id))
    of_orders = projection(OrderRow, ALL)
    binds: dict[Any, Any] = {Base: plain, _OtherBase: second}
    async with TaskSession(binds=binds) as session:
        notes = await session.project(of_notes).all()
        orders = await session.project(of_orders).all()

    assert ([note.id for note in notes], orders) == ([1, 2], ROWS)


def _note_read() -> Any:
    return make_dataclass("NoteRead", [("id", int)])
