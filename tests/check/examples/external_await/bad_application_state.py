"""The factory comes out of the application's state; its session is held while another service answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from .models import Feed


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/feeds/{key}")
async def read(request: Request, key: int) -> str:
    async with request.app.state.sessions() as session, httpx.AsyncClient() as client:
        url = (await session.execute(select(Feed.url).where(Feed.id == key))).scalar_one()
        answer = await client.get(url)  # finds TB405
    return answer.text
