"""How many rows a statement has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def count(session: AsyncSession, statement: Select[Any]) -> int:
    """The rows of `statement`, whatever part of them a page shows."""
    rows = statement.order_by(None).subquery()
    return await session.scalar(select(func.count()).select_from(rows)) or 0
