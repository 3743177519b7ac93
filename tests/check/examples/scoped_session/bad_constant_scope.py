"""A constant scope is a global session."""

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker


def registry(sessions: async_sessionmaker[AsyncSession]) -> async_scoped_session[AsyncSession]:
    return async_scoped_session(sessions, scopefunc=lambda: 0)  # finds TB706
