"""Route of health."""

from __future__ import annotations

from fastapi import APIRouter

from shop.api.database import Db
from shop.schemas.health import Connections, Health

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(db: Db) -> Health:
    """Whether the shop and its database answer, with the state of its connections."""
    seconds = await db.check()
    connections = Connections.model_validate(db.statistics(), from_attributes=True)
    return Health(database_seconds=seconds, connections=connections)
