"""One read with each strategy for children."""

from __future__ import annotations

from typing import Any

from taskbound import Database

STRATEGIES: tuple[Any, ...] = (None, "batch", "inline")


async def in_each_way(database: Database, dto: Any, statement: Any) -> list[list[Any]]:
    """What is read as the plan chooses, in batches, and inline."""
    async with database.session() as session:
        return [
            await session.project(dto, statement, children=children).all()
            for children in STRATEGIES
        ]
