"""Statements about orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.models import Album, Customer, Order, OrderLine, OrderStatus, Product
from shop.repositories.counting import count

# Down to the artist: two statements, however many lines there are.
_WHOLE: tuple[ORMOption, ...] = (
    joinedload(Order.customer),
    selectinload(Order.lines)
    .joinedload(OrderLine.product)
    .joinedload(Product.album)
    .joinedload(Album.artist),
)

# Rows that are in memory at once while an export is read.
CHUNK = 500


class OrderRow(NamedTuple):
    """One order of an export."""

    reference: UUID
    placed_at: datetime
    status: OrderStatus
    customer: str
    lines: int
    total: Decimal


class Orders:
    """The orders that a session sees."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, order_id: int) -> Order | None:
        """The order with its customer and lines, down to products, albums and artists, or None."""
        return await self._session.get(Order, order_id, options=_WHOLE)

    async def by_key(self, key: str) -> Order | None:
        """The order that was placed with this idempotency key, as `get` gives it, or None."""
        statement = select(Order).where(Order.idempotency_key == key).options(*_WHOLE)
        return await self._session.scalar(statement)

    async def list(
        self,
        *,
        offset: int,
        limit: int,
        status: OrderStatus | None = None,
        customer_id: int | None = None,
    ) -> tuple[Sequence[Order], int]:
        """A page of the orders with their customers, newest first, and how many there are.

        status, customer_id: only these orders; None means all.
        """
        found = _matching(status, customer_id)
        page = (
            found.options(joinedload(Order.customer))
            .order_by(Order.placed_at.desc(), Order.id.desc())
            .offset(offset)
            .limit(limit)
        )
        orders = (await self._session.scalars(page)).all()
        return orders, await count(self._session, found)

    async def add(self, order: Order) -> None:
        """Insert the order and its lines now, so that they have their ids."""
        self._session.add(order)
        await self._session.flush()

    async def export(self, *, after: int) -> tuple[Sequence[OrderRow], int]:
        """The next `CHUNK` orders, oldest first, and the id to go on after; none at the end.

        after: the id that the part before this one gave; 0 begins.
        """
        rows = (await self._session.execute(_EXPORT.where(Order.id > after))).all()
        orders = [
            OrderRow(reference, placed_at, status, f"{first} {last}", pieces, total)
            for _, reference, placed_at, status, first, last, pieces, total in rows
        ]
        return orders, rows[-1].id if rows else after


_EXPORT = (
    select(
        Order.id,
        Order.reference,
        Order.placed_at,
        Order.status,
        Customer.first_name,
        Customer.last_name,
        select(func.count()).where(OrderLine.order_id == Order.id).scalar_subquery(),
        Order.total,
    )
    .join(Order.customer)
    .order_by(Order.id)
    .limit(CHUNK)
)


def _matching(status: OrderStatus | None, customer_id: int | None) -> Select[Any]:
    statement = select(Order)
    if status is not None:
        statement = statement.where(Order.status == status)
    if customer_id is not None:
        statement = statement.where(Order.customer_id == customer_id)
    return statement
