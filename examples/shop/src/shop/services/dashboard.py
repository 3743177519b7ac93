"""The shop at one glance: independent reads at the same time."""

from __future__ import annotations

import asyncio

from shop.repositories import figures
from shop.schemas.dashboard import Dashboard
from taskbound import Database


async def dashboard(db: Database) -> Dashboard:
    """Five figures, each read by its own task on a connection of its own."""
    async with asyncio.TaskGroup() as group:
        by_status = group.create_task(figures.by_status(db))
        best_sellers = group.create_task(db.project(figures.BEST_SELLERS).all())
        best_customers = group.create_task(db.project(figures.BEST_CUSTOMERS).all())
        low_stock = group.create_task(db.project(figures.LOW_STOCK).all())
        latest = group.create_task(db.project(figures.LATEST).all())
    return Dashboard(
        by_status=by_status.result(),
        best_sellers=best_sellers.result(),
        best_customers=best_customers.result(),
        low_stock=low_stock.result(),
        latest=latest.result(),
    )
