"""One session for the whole program, and so for all of its tasks."""

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from .database import make_engine
from .models import User

engine: AsyncEngine = make_engine()
session = AsyncSession(engine, expire_on_commit=False)  # finds TB705
app = FastAPI()


@app.get("/users/count")
async def count() -> int:
    return (await session.execute(select(func.count(User.id)))).scalar_one()
