"""The scope is an id of the request, and the session is removed with it."""

from contextvars import ContextVar

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker

from .database import make_sessions

request_id: ContextVar[str] = ContextVar("request_id")
sessions: async_sessionmaker[AsyncSession] = make_sessions()
Session = async_scoped_session(sessions, scopefunc=request_id.get)


async def end_of_request() -> None:
    await Session.remove()
