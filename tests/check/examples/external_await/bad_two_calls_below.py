"""The call to the other service is two functions below the block."""

import aiohttp
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order


class Payments:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def _post(self, path: str, body: dict[str, int]) -> dict[str, str]:
        async with self.http.post(f"https://pay.example.com{path}", json=body) as answer:
            return await answer.json()

    async def charge(self, amount: int) -> str:
        return (await self._post("/charges", {"amount": amount}))["id"]


async def pay(sessions: async_sessionmaker[AsyncSession], payments: Payments, order_id: int) -> None:
    async with sessions.begin() as session:
        amount = (await session.execute(select(Order.amount).where(Order.id == order_id).with_for_update())).scalar_one()
        charge = await payments.charge(amount)  # finds TB405
        await session.execute(update(Order).where(Order.id == order_id).values(charge=charge))
