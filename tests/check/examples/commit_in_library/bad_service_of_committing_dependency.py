"""The dependency commits when the request is over, so a service that commits ends another's unit of work."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
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


async def stop() -> None:
    await engine.dispose()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions.begin() as session:  # finds TB305
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session)]


class TriggerService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def switch_off(self, trigger: Trigger) -> None:
        trigger.active = False
        await self.session.commit()  # finds TB717

    async def switch_on(self, trigger: Trigger) -> None:
        trigger.active = True
        await self.session.flush()


def get_trigger_service(session: SessionDep) -> TriggerService:
    return TriggerService(session)
