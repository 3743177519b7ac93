"""Either the block commits or the code does."""

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from .models import Account, Transfer


async def transfer(sessions: async_sessionmaker[AsyncSession], source: int, target: int, amount: int) -> None:
    async with sessions.begin() as session:
        session.add(Transfer(source=source, target=target, amount=amount))
        await session.flush()
        await session.execute(update(Account).where(Account.id == source).values(balance=Account.balance - amount))


async def transfer_by_hand(sessions: async_sessionmaker[AsyncSession], source: int, target: int, amount: int) -> None:
    async with sessions() as session:
        session.add(Transfer(source=source, target=target, amount=amount))
        await session.execute(update(Account).where(Account.id == source).values(balance=Account.balance - amount))
        await session.commit()


async def clean(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("DELETE FROM carts WHERE touched < now() - interval '1 day'"))
        await connection.commit()
