from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Shipment(Base):
    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    weight: Mapped[int]


class ShipmentRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def weight(self, shipment_id: int) -> int | None:
        return await self.session.scalar(select(Shipment.weight).where(Shipment.id == shipment_id))
