"""The people, what reads and writes them, and whether all connections came back clean."""

from __future__ import annotations

from sqlalchemy import Connection, String, delete, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database, TaskSession


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


COUNT = select(func.count()).select_from(Person)


def begin_anew(connection: Connection) -> None:
    """Leave Ada and Grace in the table."""
    connection.execute(delete(Person))
    people = [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}]
    connection.execute(insert(Person), people)


async def name_of(session: TaskSession, key: int) -> str:
    return (await session.get_one(Person, key)).name


async def count(session: TaskSession) -> int:
    return (await session.scalars(COUNT)).one()


async def add(session: TaskSession, key: int, name: str) -> None:
    session.add(Person(id=key, name=name))
    await session.flush()


async def names(database: Database) -> list[str]:
    """What is committed."""
    async with database.session() as session:
        return list(await session.scalars(select(Person.name).order_by(Person.id)))


# Transactions that are open on the database, other than the one that asks.
_OPEN = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'",
    "mysql": "SELECT count(*) FROM information_schema.innodb_trx JOIN information_schema.processlist "
    "ON id = trx_mysql_thread_id WHERE db = database() AND id <> connection_id()",
}


async def is_clean(database: Database) -> bool:
    """Whether nobody holds a connection, and no transaction is open on any."""
    if database.statistics().checked_out:
        return False
    backend = database.engine.dialect.name
    async with database.begin() as session:
        if backend == "sqlite":
            # The block has the lock that an open writer would hold.
            return True
        return not await session.scalar(text(_OPEN[backend]))
