"""A session for each task, removed at the end of each request."""

from asyncio import current_task
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker

from .database import make_sessions

sessions: async_sessionmaker[AsyncSession] = make_sessions()
Session = async_scoped_session(sessions, scopefunc=current_task)
app = FastAPI()


@app.middleware("http")
async def remove(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        return await call_next(request)
    finally:
        await Session.remove()
