"""What is inserted comes from an allowlist, an enum, an int, or is quoted."""

import enum
import re

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

COLUMNS = ("name", "price")
ORDERS = {"cheap": "price ASC", "dear": "price DESC"}
SCHEMA = "shop"


class Direction(enum.StrEnum):
    UP = "ASC"
    DOWN = "DESC"


async def ordered(session: AsyncSession, order: str, direction: Direction, limit: int) -> list[int]:
    if order not in COLUMNS:
        raise ValueError(order)
    return list((await session.execute(text(f"SELECT id FROM {SCHEMA}.products ORDER BY {order} {direction.value} LIMIT {limit}"))).scalars())


async def by_name(session: AsyncSession, order: str) -> list[int]:
    return list((await session.execute(text(f"SELECT id FROM products ORDER BY {ORDERS[order]}"))).scalars())


async def with_ids(session: AsyncSession, ids: list[int]) -> list[str]:
    marks = ", ".join(f":id_{number}" for number in range(len(ids)))
    values = {f"id_{number}": value for number, value in enumerate(ids)}
    return list((await session.execute(text(f"SELECT name FROM products WHERE id IN ({marks})"), values)).scalars())


async def drop_schema(connection: AsyncConnection, tenant: str) -> None:
    if not re.fullmatch(r"[a-z_]+", tenant):
        raise ValueError(tenant)
    await connection.execute(text(f"DROP SCHEMA {tenant}"))


async def drop_quoted(connection: AsyncConnection, tenant: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(tenant)
    await connection.execute(text(f"DROP SCHEMA {quoted}"))
