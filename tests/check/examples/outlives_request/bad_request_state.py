"""A task that nobody awaits takes the session out of the state of a request that is over then."""

import asyncio

from fastapi import FastAPI, Request
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response

from .models import Visit

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


@app.on_event("shutdown")
async def stop() -> None:
    await engine.dispose()


class Sessions(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        async with sessions.begin() as session:
            request.state.db = session
            return await call_next(request)


async def count(db: AsyncSession, path: str) -> None:
    await db.execute(insert(Visit).values(path=path))


@app.get("/")
async def index(request: Request) -> str:
    asyncio.create_task(count(request.state.db, "/"))  # finds TB716
    return "hello"
