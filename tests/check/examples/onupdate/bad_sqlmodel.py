"""SQLModel hides the column in its field, as `sa_column` or by `sa_column_kwargs`."""

from datetime import datetime

from sqlalchemy import Column, DateTime, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel


class Agent(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    updated_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now()),  # finds TB709
    )
    seen_at: datetime | None = Field(default=None, sa_column_kwargs={"onupdate": func.now()})  # finds TB709


async def agent(session: AsyncSession, key: int) -> Agent | None:
    return await session.get(Agent, key)
