"""What the tasks do that a storm cancels: each operation says what must be true of it afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, literal, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.sql import literal_column

from taskbound import Database, TaskSession

# A statement that takes so many seconds, by the name of the dialect; its answer is true.
_SLOW = {
    "postgresql": "(pg_sleep({seconds}) IS NOT NULL)",
    "mysql": "(sleep({seconds}) = 0)",
    "sqlite": (
        "((WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {rows})"
        " SELECT max(x) FROM c) > 0)"
    ),
}
# Rows that SQLite counts in a second, more or less.
_ROWS = 6_000_000


class Base(DeclarativeBase):
    """The base of the storm's tables."""


class Half(Base):
    """One of the two rows that a transaction writes."""

    __tablename__ = "half"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger)


class Token(Base):
    """The numbers 0 to 99, which are read."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


@dataclass
class TokenRead:
    """A token as a DTO."""

    id: int


@dataclass
class Record:
    """What happened in a storm, as the tasks themselves know it."""

    sent: set[int] = field(default_factory=set)
    """Transactions whose COMMIT may have been sent."""
    acknowledged: set[int] = field(default_factory=set)
    """Transactions whose COMMIT has returned."""
    wrong: int = 0
    """Answers that were meant for another question."""


@dataclass(frozen=True)
class Work:
    """The operations, on taskbound's sessions or on plain ones."""

    engine: AsyncEngine
    session: Callable[[], AsyncSession]
    begin: Callable[[], AbstractAsyncContextManager[AsyncSession]]
    database: Database | None
    record: Record = field(default_factory=Record)

    async def do(self, number: int, seconds: float, chance: random.Random) -> None:
        """One operation, with a statement in its middle that takes so many seconds."""
        kinds = [self.write, self.write_in_session, self.read]
        if self.database is not None:
            kinds += [
                self.project,
                self.project_in_session,
                self.write_rows,
                self.write_rows_by_hand,
            ]
        await chance.choice(kinds)(number, seconds)

    async def write(self, number: int, seconds: float) -> None:
        """Two rows in one block."""
        async with self.begin() as session:
            await self._halves(session, number, seconds)
            self.record.sent.add(number)
        self.record.acknowledged.add(number)

    async def write_in_session(self, number: int, seconds: float) -> None:
        """Two rows, committed by a call."""
        async with self.session() as session:
            await self._halves(session, number, seconds)
            self.record.sent.add(number)
            await session.commit()
            self.record.acknowledged.add(number)

    async def read(self, number: int, seconds: float) -> None:
        """A question, whose answer holds its number."""
        async with self.session() as session:
            await self._ask(session, number, seconds)

    async def project(self, number: int, seconds: float) -> None:
        """A read of DTOs without a session."""
        assert self.database is not None
        token = number % 100
        statement = select(Token).where(Token.id == token, self._slow(seconds))
        found = await self.database.project(TokenRead, statement).all()
        self.record.wrong += [read.id for read in found] != [token]

    async def project_in_session(self, number: int, seconds: float) -> None:
        """A read of DTOs in a transaction that has written."""
        async with self.session() as session:
            session.add(Half(token=-number))
            await session.flush()
            token = number % 100
            statement = select(Token).where(Token.id == token, self._slow(seconds))
            found = await session.project(TokenRead, statement).all()  # type: ignore[attr-defined]  # a TaskSession
            self.record.wrong += [read.id for read in found] != [token]
            await session.rollback()

    async def write_rows(self, number: int, seconds: float) -> None:
        """Two rows in one block without entities, so that its COMMIT goes straight to the driver."""
        assert self.database is not None
        async with self.database.begin() as session:
            await self._half_rows(session, number, seconds)
            self.record.sent.add(number)
        self.record.acknowledged.add(number)

    async def write_rows_by_hand(self, number: int, seconds: float) -> None:
        """The same, committed by a call."""
        assert self.database is not None
        async with self.database.session() as session:
            await self._half_rows(session, number, seconds)
            self.record.sent.add(number)
            await session.commit()
            self.record.acknowledged.add(number)

    async def _half_rows(self, session: TaskSession, number: int, seconds: float) -> None:
        await session.insert(Half, {"token": number})
        token = number % 100
        statement = select(Token).where(Token.id == token, self._slow(seconds))
        found = await session.project(TokenRead, statement).all()
        self.record.wrong += [read.id for read in found] != [token]
        await session.insert(Half, {"token": number})

    async def _halves(self, session: AsyncSession, number: int, seconds: float) -> None:
        session.add(Half(token=number))
        await session.flush()
        await self._ask(session, number, seconds)
        session.add(Half(token=number))
        await session.flush()

    async def _ask(self, session: AsyncSession, number: int, seconds: float) -> None:
        asked = select(literal(number, BigInteger), self._slow(seconds))
        answer = (await session.execute(asked)).one()
        self.record.wrong += answer[0] != number

    def _slow(self, seconds: float) -> ColumnElement[bool]:
        form = _SLOW[self.engine.dialect.name]
        return literal_column(form.format(seconds=seconds, rows=int(seconds * _ROWS)))


async def prepare(engine: AsyncEngine) -> None:
    """The tables, and the tokens that are read."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        rows: list[dict[str, Any]] = [{"id": number} for number in range(100)]
        await connection.execute(text("INSERT INTO token (id) VALUES (:id)"), rows)
