"""The repository holds the factory, so each of its calls has a session of its own."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Shipment


class ShipmentRepository:
    def __init__(self, session: async_sessionmaker[AsyncSession]) -> None:
        self.session = session

    async def weight(self, shipment_id: int) -> int | None:
        async with self.session() as session:
            return await session.scalar(select(Shipment.weight).where(Shipment.id == shipment_id))


class Loading:
    def __init__(self, shipments: ShipmentRepository) -> None:
        self.shipments = shipments

    async def total_weight(self, shipment_ids: list[int]) -> int:
        weights = await asyncio.gather(*[self.shipments.weight(each) for each in shipment_ids])
        return sum(weight or 0 for weight in weights)
