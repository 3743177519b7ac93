"""Each call of the task has a loop of its own, and all use one engine's connections."""

import asyncio

from celery import Celery
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Session

celery = Celery("app")
engine = create_async_engine("postgresql+asyncpg://app@localhost/app")
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def close() -> None:
    await engine.dispose()


async def remove_sessions(user_id: int) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(Session).where(Session.user_id == user_id))


@celery.task
def log_out(user_id: int) -> None:
    asyncio.run(remove_sessions(user_id))  # finds TB403
