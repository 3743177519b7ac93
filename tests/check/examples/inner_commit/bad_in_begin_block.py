"""A commit inside a block that commits on exit: the block's transaction is closed under it."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Account, Transfer


async def transfer(sessions: async_sessionmaker[AsyncSession], source: int, target: int, amount: int) -> None:
    async with sessions.begin() as session:
        session.add(Transfer(source=source, target=target, amount=amount))
        await session.commit()  # finds TB303
        await session.execute(update(Account).where(Account.id == source).values(balance=Account.balance - amount))
