"""A factory may be global, and may be called session."""

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import User

Session: async_sessionmaker[AsyncSession] = make_sessions()
session = Session
app = FastAPI()


@app.get("/users/count")
async def count() -> int:
    async with session() as db:
        return (await db.execute(select(func.count(User.id)))).scalar_one()
