"""The application's state holds the factory, and each child opens a session of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Post, User


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


async def count_users(request: Request) -> int:
    async with request.app.state.sessions() as session:
        return (await session.execute(select(func.count(User.id)))).scalar_one()


async def count_posts(request: Request) -> int:
    async with request.app.state.sessions() as session:
        return (await session.execute(select(func.count(Post.id)))).scalar_one()


@app.get("/counts")
async def counts(request: Request) -> list[int]:
    return await asyncio.gather(count_users(request), count_posts(request))
