"""The mapper itself loads the relationship with every query."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
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
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    team: Mapped[Team] = relationship(lazy="joined")
    scores: Mapped[list["Score"]] = relationship(lazy="selectin")


class Score(Base):
    __tablename__ = "scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id"))
    points: Mapped[int]


async def table(session: AsyncSession) -> list[tuple[str, int]]:
    players = (await session.scalars(select(Player))).all()
    return [(player.team.name, sum(score.points for score in player.scores)) for player in players]
