"""A many-to-one whose target is in the identity map is read without a query; buffered results outlive the session."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Player(Base):
    __tablename__ = "players"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped[Team] = relationship()


async def members(sessions: async_sessionmaker[AsyncSession], team_id: int) -> list[str]:
    async with sessions() as session:
        team = await session.get_one(Team, team_id)
        players = (await session.scalars(select(Player).where(Player.team_id == team.id))).all()
        return [f"{player.name} of {player.team.name}" for player in players]


async def hired(sessions: async_sessionmaker[AsyncSession], team_id: int, name: str) -> str:
    async with sessions.begin() as session:
        team = await session.get_one(Team, team_id)
        player = Player(name=name, team=team)
        session.add(player)
        await session.flush()
        return f"{player.name} of {player.team.name}"


async def names(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        result = await session.execute(select(Player.name, Team.name).join(Player.team))
    return [f"{player} of {team}" for player, team in result.all()]
