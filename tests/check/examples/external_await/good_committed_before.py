"""A commit before the call gives the connection back."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    latitude: Mapped[float | None]


async def locate(client: httpx.AsyncClient, engine_sessions: async_sessionmaker[AsyncSession], address_id: int) -> None:
    async with engine_sessions(expire_on_commit=False) as session:
        address = await session.get_one(Address, address_id)
        await session.commit()
        answer = await client.get("https://geo.example.com/search", params={"q": address.street})
        address.latitude = answer.json()["lat"]
        await session.commit()
