"""model_validate walks the fields of the DTO, and one of them is an unloaded collection."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Room(Base):
    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    hotel_id: Mapped[int] = mapped_column(ForeignKey("hotels.id"))
    number: Mapped[str]


class Hotel(Base):
    __tablename__ = "hotels"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    rooms: Mapped[list[Room]] = relationship()


class RoomView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: str


class HotelView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    rooms: list[RoomView]


async def hotel_view(sessions: async_sessionmaker[AsyncSession], hotel_id: int) -> HotelView:
    async with sessions() as session:
        hotel = await session.get_one(Hotel, hotel_id)
        return HotelView.model_validate(hotel)  # finds TB201
