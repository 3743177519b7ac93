"""The callee opens its own session while the caller's block holds one."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Audit, Order


class AuditLog:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def write(self, text: str) -> None:
        async with self.sessions.begin() as session:
            await session.execute(insert(Audit).values(text=text))


async def cancel(sessions: async_sessionmaker[AsyncSession], log: AuditLog, order_id: int) -> None:
    async with sessions() as session:
        amount = (await session.execute(select(Order.amount).where(Order.id == order_id))).scalar_one()
        await log.write(f"order of {amount} cancelled")  # finds TB406
