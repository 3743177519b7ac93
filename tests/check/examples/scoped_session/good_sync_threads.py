"""A thread's registry of synchronous sessions."""

from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

engine = create_engine("sqlite:///app.db")
Session = scoped_session(sessionmaker(engine))


def remove() -> None:
    Session.remove()
