"""What SQLModel's field makes in Python, and a class that fetches what the database makes."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel


def now() -> datetime:
    return datetime.now(UTC)


class Agent(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), server_default=func.now()))
    updated_at: datetime = Field(default_factory=now, sa_column_kwargs={"onupdate": now})


class Visit(SQLModel, table=True):
    __mapper_args__ = {"eager_defaults": True}

    id: int | None = Field(default=None, primary_key=True)
    updated_at: datetime | None = Field(default=None, sa_column_kwargs={"onupdate": func.now()})


async def agent(session: AsyncSession, key: int) -> Agent | None:
    return await session.get(Agent, key)
