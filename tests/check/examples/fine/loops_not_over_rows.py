"""Retries, polling of a lock, pages, probed names, breadth-first levels and a literal list of tables."""

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Category, Order, Page, User


async def retried(sessions: async_sessionmaker[AsyncSession]) -> int:
    for attempt in range(3):
        try:
            async with sessions() as session:
                return (await session.execute(select(func.count(User.id)))).scalar_one()
        except DBAPIError:
            if attempt == 2:
                raise
    raise AssertionError


async def locked(session: AsyncSession, key: int, tries: int) -> bool:
    while tries:
        if (await session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})).scalar_one():
            return True
        tries -= 1
    return False


async def in_pages(session: AsyncSession, size: int = 100) -> list[str]:
    titles: list[str] = []
    total = (await session.execute(select(func.count(Page.id)))).scalar_one()
    for offset in range(0, total, size):
        titles += (await session.scalars(select(Page.title).order_by(Page.id).offset(offset).limit(size))).all()
    return titles


async def free_name(session: AsyncSession, name: str) -> str:
    candidate, number = name, 1
    while await session.scalar(select(Page.id).where(Page.slug == candidate)):
        number += 1
        candidate = f"{name}-{number}"
    return candidate


async def descendants(session: AsyncSession, root: int) -> set[int]:
    found: set[int] = set()
    level = {root}
    while level:
        children = (await session.scalars(select(Category.id).where(Category.parent_id.in_(level)))).all()
        level = set(children) - found
        found |= level
    return found


async def sizes(session: AsyncSession) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entity in (User, Order, Page):
        counts[entity.__name__] = (await session.execute(select(func.count(entity.id)))).scalar_one()
    for table in ("users", "orders"):
        counts[table] = (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
    return counts
