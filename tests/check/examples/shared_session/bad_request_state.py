"""The middleware puts a session into the request's state, and two functions of one request take it at once."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Post, User

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


@app.on_event("shutdown")
async def stop() -> None:
    await engine.dispose()


@app.middleware("http")
async def with_session(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    async with sessions() as session:
        request.state.session = session
        return await call_next(request)


async def count_users(request: Request) -> int:
    return (await request.state.session.execute(select(func.count(User.id)))).scalar_one()


async def count_posts(request: Request) -> int:
    session = request.state.session
    return (await session.execute(select(func.count(Post.id)))).scalar_one()


@app.get("/counts")
async def counts(request: Request) -> list[int]:
    return await asyncio.gather(count_users(request), count_posts(request))  # finds TB101
