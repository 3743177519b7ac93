"""A loaded object is changed, and the change is lost at the end of the block."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Device(Base):
    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


async def rename(sessions: async_sessionmaker[AsyncSession], device_id: int, name: str) -> None:
    async with sessions() as session:
        device = await session.get_one(Device, device_id)
        device.name = name  # finds TB301
