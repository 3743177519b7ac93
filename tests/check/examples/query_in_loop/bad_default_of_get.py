"""The default of dict.get is evaluated on every row, whether it is needed or not."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Station(Base):
    __tablename__ = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Reading(Base):
    __tablename__ = "readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int]
    value: Mapped[int]


async def table(sessions: async_sessionmaker[AsyncSession], known: dict[int, str]) -> list[tuple[str | None, int]]:
    found: list[tuple[str | None, int]] = []
    async with sessions() as session:
        for reading in (await session.scalars(select(Reading))).all():
            name = known.get(reading.station_id, await session.scalar(select(Station.name).where(Station.id == reading.station_id)))  # finds TB205
            found.append((name, reading.value))
    return found
