"""The application ends and leaves its connections open."""

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import User

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")  # finds TB704
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


@app.get("/users/count")
async def count() -> int:
    async with sessions() as session:
        return (await session.execute(select(func.count(User.id)))).scalar_one()
