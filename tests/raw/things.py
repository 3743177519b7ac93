"""What the tests of transactions without a `Connection` write, and the drivers that have them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database

POSTGRESQL = ("postgresql+asyncpg", "postgresql+psycopg")
MYSQL = ("mysql+aiomysql", "mysql+asyncmy")


def _on(drivers: tuple[str, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "driver", drivers, ids=[one.partition("+")[2] for one in drivers]
    )


servers = _on(POSTGRESQL + MYSQL)
every = _on(("sqlite+aiosqlite", *POSTGRESQL, *MYSQL))
postgresql = _on(POSTGRESQL)
mysql = _on(MYSQL)
one_of_each = _on(("postgresql+asyncpg", "mysql+aiomysql"))


class Base(DeclarativeBase):
    """The base of the test models."""


class Thing(Base):
    """So many of something."""

    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]


class Other(Base):
    """The same somewhere else."""

    __tablename__ = "other"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]


@dataclass
class ThingRead:
    """The same as a DTO."""

    id: int
    amount: int


async def amounts(database: Database) -> dict[int, int]:
    """What there is, as another session sees it."""
    rows = await database.project(ThingRead, select(Thing).order_by(Thing.id)).all()
    return {row.id: row.amount for row in rows}
