"""A synchronous Session has nothing to await."""

from sqlalchemy.orm import Session, sessionmaker

from .models import User


def create(sessions: sessionmaker[Session], name: str) -> None:
    with sessions() as session:
        session.add(User(name=name))
        session.flush()
        session.commit()
