"""Accounts, on each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database


class Base(DeclarativeBase):
    """The base of the test models."""


class Account(Base):
    """Money of somebody."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


@pytest.fixture
async def accounts(database: Database) -> Database:
    """Two accounts with 10 each, on every driver."""
    await _filled(database)
    return database


@pytest.fixture
async def bank() -> AsyncIterator[Database]:
    """The same, on SQLite alone."""
    async with Database("sqlite+aiosqlite://") as opened:
        await _filled(opened)
        yield opened


async def _filled(database: Database) -> None:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all([Account(id=1, amount=10), Account(id=2, amount=10)])
