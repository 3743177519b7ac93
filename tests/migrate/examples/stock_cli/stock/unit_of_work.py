from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker

from stock.orm import DEFAULT_SESSION_FACTORY, Batch
from stock.repository import SqlAlchemyRepository, Store


class UnitOfWork:
    session: Session

    def __init__(self, session_factory: sessionmaker = DEFAULT_SESSION_FACTORY):
        self.session_factory = session_factory

    def __enter__(self) -> UnitOfWork:
        self.session = self.session_factory()
        self.products = SqlAlchemyRepository(self.session)
        self.batches = Store(self.session, Batch)
        return self

    def __exit__(self, *args) -> None:
        self.rollback()
        self.session.close()

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()
