"""A session for each task, removed by the dependency, which runs in the task of the handler."""

from asyncio import current_task
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker

from .database import make_sessions
from .models import User

sessions: async_sessionmaker[AsyncSession] = make_sessions()
Session = async_scoped_session(sessions, scopefunc=current_task)
app = FastAPI()


async def get_session() -> AsyncIterator[async_scoped_session[AsyncSession]]:
    try:
        yield Session
    finally:
        await Session.remove()


@app.get("/users/count")
async def count(session: async_scoped_session[AsyncSession] = Depends(get_session)) -> int:
    return (await session.execute(select(func.count(User.id)))).scalar_one()
