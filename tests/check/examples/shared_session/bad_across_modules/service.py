import asyncio

from .repository import ShipmentRepository


class Loading:
    def __init__(self, shipments: ShipmentRepository) -> None:
        self.shipments = shipments

    async def total_weight(self, shipment_ids: list[int]) -> int:
        weights = await asyncio.gather(*[self.shipments.weight(each) for each in shipment_ids])  # finds TB101
        return sum(weight or 0 for weight in weights)
