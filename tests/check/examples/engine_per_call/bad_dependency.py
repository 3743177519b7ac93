"""Each request makes an engine, and so a pool, and leaves it behind."""

from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from .models import User

app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    engine = create_async_engine("postgresql+asyncpg://app@localhost/app")  # finds TB703
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


@app.get("/users/count")
async def count(session: AsyncSession = Depends(get_session)) -> int:
    return (await session.execute(select(func.count(User.id)))).scalar_one()
