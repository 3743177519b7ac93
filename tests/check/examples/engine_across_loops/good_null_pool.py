"""NullPool keeps no connection from one loop to the next."""

import asyncio

from celery import Celery
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from .models import Session

celery = Celery("app")
engine = create_async_engine("postgresql+asyncpg://app@localhost/app", poolclass=NullPool)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def remove_sessions(user_id: int) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(Session).where(Session.user_id == user_id))


async def close() -> None:
    await engine.dispose()


@celery.task
def log_out(user_id: int) -> None:
    asyncio.run(remove_sessions(user_id))
