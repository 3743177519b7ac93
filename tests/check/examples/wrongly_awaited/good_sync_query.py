"""query() and `with` of a synchronous session, in a plain function and in run_sync."""

from sqlalchemy.orm import Session, sessionmaker

from .models import User


def users(sessions: sessionmaker[Session]) -> list[User]:
    with sessions() as session, session.begin():
        return session.query(User).all()


def first(db: Session) -> User | None:
    return db.execute(db.query(User).statement).scalars().first()
