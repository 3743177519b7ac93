"""A statement for each relationship that is configured: it is told, but no row makes it one more."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass
class JoinConfig:
    table: str


async def children(session: AsyncSession, configs: list[JoinConfig]) -> list[object]:
    found: list[object] = []
    for config in configs:
        found.append(await session.execute(text("SELECT 1 FROM children WHERE kind = :kind"), {"kind": config.table}))  # finds TB205
    return found
