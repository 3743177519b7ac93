"""The loop goes over a constant: a dict of literals has as many items as the source says."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Place(Base):
    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    capital: Mapped[str]


CAPITALS = {"north": ("Ash", 1, 2), "south": ("Elm", 3, 4)}
_DIMENSIONS = {"by_name": Place.name, "by_capital": Place.capital}


async def fill(sessions: async_sessionmaker[AsyncSession]) -> int:
    found = 0
    async with sessions() as session:
        for region, (_capital, _lat, _lng) in CAPITALS.items():
            result = await session.execute(text("SELECT id FROM places WHERE name = :name"), {"name": region})
            found += len(result.all())
    return found


async def _breakdown(session: AsyncSession, column: object) -> list[object]:
    return list((await session.execute(select(column).group_by(column))).all())


async def summary(sessions: async_sessionmaker[AsyncSession]) -> dict[str, list[object]]:
    async with sessions() as session:
        return {name: await _breakdown(session, column) for name, column in _DIMENSIONS.items()}


async def fill_all(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions.begin() as session:
        for name, column in (_DIMENSIONS | {}).items():
            print(name, column)
        for name, place in (CAPITALS | CAPITALS).items():
            await session.execute(text("DELETE FROM places WHERE name = :name"), {"name": name, "place": place})
