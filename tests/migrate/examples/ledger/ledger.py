"""Books and their entries: a script with models, queries and lazy relations."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import Iterator

import sqlalchemy as sa
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, sessionmaker

engine = sa.create_engine("sqlite:///ledger.db", echo=False)
Maker = sessionmaker(engine)


class Base(DeclarativeBase): ...


class Account(Base):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    entries: Mapped[list[Entry]] = relationship(back_populates="account", cascade="all, delete-orphan")

    def balance(self) -> int:
        return sum(entry.amount for entry in self.entries)


class Entry(Base):
    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    day: Mapped[dt.date]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    account: Mapped[Account] = relationship(back_populates="entries")
    notes: Mapped[list[Note]] = relationship(back_populates="entry", cascade="all, delete-orphan")


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    entry: Mapped[Entry] = relationship(back_populates="notes")


@contextmanager
def transaction() -> Iterator[Session]:
    session = Maker()
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise
    finally:
        session.close()


def fill() -> None:
    with transaction() as session:
        cash = Account(name="cash")
        bank = Account(name="bank")
        cash.entries.append(Entry(amount=100, day=dt.date(2024, 1, 1), notes=[Note(text="opening")]))
        session.add_all([cash, bank])
        session.flush()
        for day in range(1, 5):
            session.add(Entry(amount=day * 10, day=dt.date(2024, 2, day), account_id=bank.id))


def entries_of(session: Session) -> Iterator[str]:
    for entry in session.query(Entry).order_by(Entry.id):
        yield f"{entry.account.name}: {entry.amount} on {entry.day:%d.%m.}"


def find(session, name):
    """No annotation: the callers tell."""
    return session.query(Account).filter_by(name=name).one()


def report(session: Session) -> list[str]:
    lines = []
    for account in session.scalars(select(Account).order_by(Account.id)):
        lines.append(f"{account.name} {account.balance()}")
    newest = session.execute(
        select(Entry).order_by(Entry.day.desc(), Entry.id.desc()).limit(1)
    ).scalar_one()
    lines.append(f"newest: {newest.amount} of {newest.account.name}")
    richest = max(session.query(Account).all(), key=lambda account: account.balance())
    lines.append(f"richest: {richest.name}")
    names = [row.name for row in session.query(Account.name).order_by(Account.name)]
    lines.append(", ".join(names))
    first = session.query(Account.name, Account.id).order_by(Account.id).first()
    lines.append(f"{first.name} {first[1]}")
    total = session.query(sa.func.sum(Entry.amount)).filter(Entry.account.has(name="bank")).scalar()
    lines.append(f"bank total {total}")
    return lines


def main() -> int:
    Base.metadata.create_all(engine)
    fill()
    with Session(engine) as session, session.begin():
        for line in entries_of(session):
            print(line)
        for line in report(session):
            print(line)
        account = find(session, "cash")
        print(account.balance(), [note.text for entry in account.entries for note in entry.notes])
    with Maker.begin() as session:
        session.delete(find(session, "cash"))
    with Maker() as session:
        with session.no_autoflush:
            print("left:", session.query(Entry).count(), "entries,", session.scalar(select(sa.func.count(Account.id))))
        accounts = session.query(Account).options(joinedload(Account.entries)).all()
        print([(account.name, len(account.entries)) for account in accounts])
        print("distinct:", [a.name for a in session.query(Account).join(Account.entries)])
        print(any(session.query(Entry).filter(Entry.id == key).first() for key in (1, 2)))
        session.rollback()
    with engine.connect() as connection, open("dump.txt", "w") as dump:
        rows = connection.execute(sa.text("SELECT name FROM account ORDER BY id"))
        dump.write(", ".join(row.name for row in rows))
    with open("dump.txt") as dump:
        print(dump.read())
    Base.metadata.drop_all(bind=engine)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
