"""scoped_session without a scope keeps its session in the thread."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import scoped_session

from .database import make_sessions

sessions: async_sessionmaker[AsyncSession] = make_sessions()
Session = scoped_session(sessions)  # finds TB706
