"""Each run makes its own engine and disposes it in the same loop."""

import asyncio

from celery import Celery
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from .models import Session

celery = Celery("app")


async def remove_sessions(user_id: int) -> None:
    engine = create_async_engine("postgresql+asyncpg://app@localhost/app")
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            await session.execute(delete(Session).where(Session.user_id == user_id))
    finally:
        await engine.dispose()


@celery.task
def log_out(user_id: int) -> None:
    asyncio.run(remove_sessions(user_id))
