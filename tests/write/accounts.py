"""What the tests of writes do to accounts."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database
from tests.write.conftest import Account


async def add(session: AsyncSession, number: int, amount: int) -> int:
    """Put money on an account. Returns its number."""
    statement = update(Account).where(Account.id == number)
    await session.execute(statement.values(amount=Account.amount + amount))
    return number


async def amounts(database: Database) -> list[int]:
    """What is on the accounts, as another session sees it."""
    async with database.session() as session:
        return list(await session.scalars(select(Account.amount).order_by(Account.id)))
