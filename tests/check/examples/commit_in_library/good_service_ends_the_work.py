"""A service that is given a session which nobody else commits, and whose callers have begun nothing."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Trigger(Base):
    __tablename__ = "triggers"

    id: Mapped[int] = mapped_column(primary_key=True)
    active: Mapped[bool]


engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def stop() -> None:
    await engine.dispose()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


class TriggerService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self) -> None:
        self.session.add(Trigger(active=True))
        await self.session.commit()


@app.post("/triggers")
async def post_trigger(session: Annotated[AsyncSession, Depends(get_session)]) -> None:
    await TriggerService(session).add()
