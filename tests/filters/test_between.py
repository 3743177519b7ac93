"""A table between two classes that is a class with filters of its own: its rows are not read past them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    immediateload,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
    selectinload,
    subqueryload,
)

from taskbound import Database, From, PastFilter, TaskSession
from taskbound.mixins import SoftDelete, TenantOwned


class Base(DeclarativeBase):
    pass


class Membership(SoftDelete, Base):
    __tablename__ = "memberships"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id"), primary_key=True)


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[list[Player]] = relationship(secondary="memberships", back_populates="teams")


class Player(Base):
    """Every SELECT of it joins its teams."""

    __tablename__ = "players"

    id: Mapped[int] = mapped_column(primary_key=True)
    teams: Mapped[list[Team]] = relationship(
        secondary="memberships", back_populates="players", lazy="joined"
    )


class Seat(TenantOwned, Base):
    __tablename__ = "seats"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(default=0)


class Guest(Base):
    __tablename__ = "guests"

    id: Mapped[int] = mapped_column(primary_key=True)
    teams: Mapped[list[Team]] = relationship(secondary="seats")


class NewTeam(BaseModel):
    id: int


class NewGuest(BaseModel):
    id: int
    teams: list[NewTeam]


class GuestOf(BaseModel):
    id: int
    team_ids: Annotated[list[int], From("teams.id")]


class PlayerRead(BaseModel):
    id: int


class TeamRead(BaseModel):
    players: list[PlayerRead]


@pytest.fixture
async def teams() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as db:
        await db.create_all(Base.metadata)
        async with db.begin() as session:
            session.add(Team(id=1))
        yield db


def awaiting_players(statement: Any) -> Any:
    async def load(session: TaskSession) -> None:
        team = (await session.scalars(statement)).unique().one()
        await session.run_sync(lambda _: team.players)

    return load


LOADERS = [selectinload, joinedload, subqueryload, immediateload, lazyload]


@pytest.mark.parametrize(
    "load",
    [
        *(awaiting_players(select(Team).options(loader(Team.players))) for loader in LOADERS),
        lambda session: session.scalars(select(Player)),
        lambda session: session.scalars(select(Team).join(Team.players)),
        lambda session: session.project(TeamRead, Team).all(),
        lambda session: session.project(TeamRead, select(Team), children="batch").all(),
    ],
    ids=[*(loader.__name__ for loader in LOADERS), "always", "join", "project", "batch"],
)
async def test_a_table_between_classes_is_not_read_past_its_filter(
    teams: Database, load: Any
) -> None:
    async with teams.session() as session:
        with pytest.raises(PastFilter, match="of Membership does not reach memberships"):
            await load(session)
    async with teams.unfiltered("soft_delete").session() as session:
        await load(session)


@pytest.mark.parametrize(
    "guest", [NewGuest(id=1, teams=[NewTeam(id=2)]), GuestOf(id=1, team_ids=[1])]
)
async def test_no_rows_without_their_value_are_made_between_classes(
    teams: Database, guest: Any
) -> None:
    async with teams.filtered(tenant=7).begin() as session:
        with pytest.raises(PastFilter) as caught:
            await session.insert(Guest, guest)

        assert str(caught.value).startswith(
            "the filter tenant of Seat is not looked for in the rows that Guest.teams makes of its table; "
            "insert them by the class"
        )
        assert await session.scalar(select(Guest.id)) is None
    async with teams.unfiltered("tenant").begin() as session:
        await session.insert(Guest, guest)
