"""Route of the dashboard."""

from __future__ import annotations

from fastapi import APIRouter

from shop.api.database import Db
from shop.schemas.dashboard import Dashboard
from shop.services.dashboard import dashboard

router = APIRouter(tags=["dashboard"])


@router.get("/dashboard")
async def read_dashboard(db: Db) -> Dashboard:
    """The shop at one glance: five independent reads at the same time."""
    return await dashboard(db)
