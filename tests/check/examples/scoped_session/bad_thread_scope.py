"""All tasks of a loop run in one thread: one session for all of them."""

import threading

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker

from .database import make_sessions

sessions: async_sessionmaker[AsyncSession] = make_sessions()
Session = async_scoped_session(sessions, scopefunc=threading.get_ident)  # finds TB706
