"""The shop at one glance: independent reads at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shop.repositories import figures
from shop.repositories.orders import Orders
from shop.schemas.dashboard import Dashboard
from shop.schemas.order import OrderBrief
from taskbound import Database

Figure = TypeVar("Figure")


async def dashboard(db: Database) -> Dashboard:
    """Five figures, each read by its own task in its own session."""
    async with asyncio.TaskGroup() as group:
        by_status = group.create_task(_alone(db, figures.by_status))
        best_sellers = group.create_task(_alone(db, figures.best_sellers))
        best_customers = group.create_task(_alone(db, figures.best_customers))
        low_stock = group.create_task(_alone(db, figures.low_stock))
        latest = group.create_task(_alone(db, _latest))
    return Dashboard(
        by_status=by_status.result(),
        best_sellers=best_sellers.result(),
        best_customers=best_customers.result(),
        low_stock=low_stock.result(),
        latest=latest.result(),
    )


async def _alone(db: Database, figure: Callable[[AsyncSession], Awaitable[Figure]]) -> Figure:
    async with db.session() as session:
        return await figure(session)


async def _latest(session: AsyncSession) -> list[OrderBrief]:
    orders, _ = await Orders(session).list(offset=0, limit=figures.TOP)
    return [OrderBrief.model_validate(order) for order in orders]
