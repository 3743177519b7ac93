"""Every call of the helper gives a constant, or a number."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

METHOD = "hnsw"


async def _ensure_index(session: AsyncSession, method: str, options: str) -> None:
    sql = f"CREATE INDEX IF NOT EXISTS chunk_vector ON chunks USING {method} (vector)"
    if options:
        sql = f"{sql} {options}"
    await session.execute(text(sql))


async def _lists(session: AsyncSession, lists: int, suffix: str) -> None:
    await _ensure_index(session, "ivfflat", f"WITH (lists = {lists}{suffix})")


async def prepare(session: AsyncSession) -> None:
    await _ensure_index(session, METHOD, "WITH (m = 16, ef_construction = 64)")
    await _lists(session, 100, "")
