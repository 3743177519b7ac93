"""A session's transaction, while nobody has asked for SQLAlchemy's `Connection`.

A block that reads and writes rows alone needs of a connection what its driver does, a COMMIT, and its place
in the pool. What SQLAlchemy builds around that, a `Connection` and its `RootTransaction` in a greenlet,
costs more than the statements do. So it is built when somebody asks for it: whoever looks for the connections
of the session's transaction, as `execute()`, `flush()`, `rollback()` and `close()` do. What comes after that
is as if it had been there from the beginning. An error asks for it as well, so that there is one way in which
things go wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm.session import SessionTransactionState
from sqlalchemy.util import greenlet_spawn

from taskbound.awaiting import run_to_the_end
from taskbound.engine.adapted import adapted
from taskbound.engine.checkout import Checkout
from taskbound.engine.committing import note_failed, note_sent
from taskbound.engine.listeners import is_heard
from taskbound.engine.pool import TaskPool
from taskbound.engine.sqlite import (
    begin_to_write_without,
    begin_without,
    beginning,
    is_prepared,
    was_begun,
)
from taskbound.engine.terms import READ_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, SessionTransaction
    from sqlalchemy.pool import PoolProxiedConnection

    from taskbound.driver.facts import Driver


class RawTransaction:
    """A transaction of a session on a connection of taskbound's pool.

    It has what is asked of a `Connection` on the way to the driver.
    """

    __slots__ = (
        "_driver",
        "_made",
        "_transaction",
        "adapter",
        "connection",
        "engine",
        "has_begun",
        "is_ending",
        "refused",
        "writes",
    )

    # An engine that logs is left to SQLAlchemy.
    _echo: bool = False
    # Once it is one of these, there is a `Connection`.
    closed: bool = False
    invalidated: bool = False

    def __init__(
        self,
        transaction: SessionTransaction,
        engine: Engine,
        held: PoolProxiedConnection,
        driver: Driver,
    ) -> None:
        self.engine: Engine = engine
        self._transaction: Any = transaction
        self._driver = driver
        self._made: Connection | None = None
        self.connection: Any = held
        """The pool's proxy, as `Connection.connection` is."""
        self.adapter: Any = self.connection.dbapi_connection
        """SQLAlchemy's form of the driver's connection."""
        self.has_begun: bool = False
        """Whether BEGIN was sent."""
        self.writes: bool = False
        """Whether `begin(to_write=True)` has nothing to do any more."""
        self.is_ending: bool = False
        """Whether COMMIT is under way. Who sends something beside it gets the `Connection`."""
        self.refused: str | None = None
        """The BEGIN that SQLite has refused, so that there is no transaction."""
        self._transaction._connections = Unmade(self)

    async def begin(self, *, to_write: bool = False) -> None:
        """Send BEGIN, where the driver does not by itself; nothing where it was sent.

        to_write: on SQLite, have the transaction take the lock of a writer from here on.
        """
        driver, is_sqlite = self._driver, self.engine.dialect.name == "sqlite"
        if self.has_begun:
            if to_write and is_sqlite:
                await begin_to_write_without(self.connection, driver)
                self.writes = True
            return
        self.has_begun = True
        if is_sqlite:
            sql = beginning(self.engine, to_write=to_write)
            try:
                await begin_without(self.connection, driver, sql)
            except Exception:
                self.refused = sql
                raise
            self.writes = to_write
        elif driver.begin is not None and (begun := driver.begin(self.adapter)) is not None:
            await begun

    def _is_autocommit_isolation(self) -> bool:
        # An engine whose statements are transactions by themselves is left to SQLAlchemy.
        return False

    def made(self) -> Connection:
        """SQLAlchemy's `Connection` in this transaction, from now on that of the session."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> Connection:
        # As `SessionTransaction._connection_for_bind` does.
        engine, transaction = self.engine, self._transaction
        connection = Connection(engine, self.connection)
        if self.has_begun and self.engine.dialect.name == "sqlite":
            was_begun(self.connection)
        begun = connection.begin()
        transaction._connections = {}
        held = (connection, begun, True, True)
        transaction._connections[connection] = transaction._connections[engine] = held
        session = transaction.session
        session.dispatch.after_begin(session, transaction, connection)
        return connection

    async def give_up(self) -> None:
        """Let go of the connection, on which nothing could be begun. The next statement takes one anew."""
        connection = self.made()
        self._transaction._connections = {}
        await run_to_the_end(greenlet_spawn(connection.close))

    @property
    def commit_keeps_task(self) -> bool:
        """Whether `commit` has to end in the task in which it began."""
        return self._driver.commit_keeps_task

    async def commit(self) -> bool:
        """Commit, and give the connection back. Whether that was all; else SQLAlchemy's commit has to end it.

        It ends what has failed, and raises what was raised here. It is the way as well where somebody has
        asked for the `Connection` meanwhile.
        """
        held = self.connection
        if is_heard(self.engine):
            # Somebody has begun to listen since: a database that is being closed, above all.
            self.made()
            return False
        # The terms of a transaction that was on the connection before are no longer those of this one.
        held.info.pop(READ_ONLY, None)
        note_sent(self.engine, held)
        self.is_ending = True
        try:
            commit = self._driver.commit
            if commit is not None and (sent := commit(self.adapter)) is not None:
                await sent
        except BaseException as error:  # noqa: BLE001  # SQLAlchemy's commit raises it
            note_failed(held, adapted(error, self.adapter, self.engine.dialect))
            return False
        if self._made is not None:
            return False
        self._transaction._connections = {}
        # Its own: the engine has another one when it was disposed of meanwhile.
        pool = held._pool
        if isinstance(pool, TaskPool) and pool.takes_at_once:
            held._close_special(transaction_reset=True)
        else:
            # As after a COMMIT of SQLAlchemy's, which leaves the reset to who listens for it.
            was_reset = not pool.dispatch.reset
            await greenlet_spawn(held._close_special, transaction_reset=was_reset)
        return True


class Unmade(dict[Any, Any]):
    """The connections of a session's transaction, as SQLAlchemy keeps them, of which there is none yet.

    Whoever looks into it has them made, and reads what is in their place then.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: RawTransaction) -> None:
        super().__init__()
        self.raw: RawTransaction = raw

    def _made(self) -> dict[Any, Any]:
        self.raw.made()
        made: dict[Any, Any] = self.raw._transaction._connections
        return made

    def __len__(self) -> int:
        return len(self._made())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._made())

    def __contains__(self, key: object) -> bool:
        return key in self._made()

    def __getitem__(self, key: Any) -> Any:
        return self._made()[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._made()[key] = value

    def get(self, key: Any, default: Any = None) -> Any:
        """What there is for a connection or an engine."""
        return self._made().get(key, default)

    def items(self) -> Any:
        """The two together."""
        return self._made().items()

    def keys(self) -> Any:
        """Connections and engines."""
        return self._made().keys()

    def values(self) -> Any:
        """For each of them the same: the connection, its transaction, and who ends these."""
        return self._made().values()


def raw_in(transaction: SessionTransaction | None) -> RawTransaction | None:
    """The transaction that a session's is on the database, while nobody has asked for its `Connection`."""
    connections: Any = getattr(transaction, "_connections", None)
    return connections.raw if connections.__class__ is Unmade else None


def begin_raw(session: Session, engine: Engine, driver: Driver | None) -> RawTransaction | None:
    """Begin the session's transaction on an engine without SQLAlchemy's `Connection`.

    None where it needs one, and where the pool has no connection that can be had without waiting.
    """
    transaction, pool = session._transaction, _pool_of(session, engine, driver)
    if transaction is None or driver is None or pool is None or not pool.has_ready:
        return None
    return RawTransaction(transaction, engine, pool.connect_here(), driver)


async def wait_and_begin_raw(
    session: Session, engine: Engine, driver: Driver | None
) -> RawTransaction | None:
    """The same, where a connection has to be waited for, opened, or checked. Raises what the pool raises."""
    if session._transaction is None and session.autobegin and not session._trans_context_manager:
        await greenlet_spawn(session._autobegin_t)
    transaction, pool = session._transaction, _pool_of(session, engine, driver)
    if transaction is None or driver is None or pool is None:
        return None
    if pool.has_ready:
        return RawTransaction(transaction, engine, pool.connect_here(), driver)
    checkout = Checkout(engine)
    held = await checkout.open()
    if session._transaction is not transaction or _pool_of(session, engine, driver) is None:
        # Somebody who is not kept out has ended it, or has begun another way.
        await checkout.close(clean=True)
        return None
    return RawTransaction(transaction, engine, held, driver)


def _pool_of(session: Session, engine: Engine, driver: Driver | None) -> TaskPool | None:
    """The pool that a transaction without SQLAlchemy's `Connection` takes its connection from.

    None where it needs one: where the session is in no transaction, in a savepoint, or in one that has a
    connection; where anyone listens to what a `Connection` does; and where the driver has more to do than to
    send BEGIN and COMMIT.
    """
    transaction: Any = session._transaction
    if driver is None or driver.commit is None or transaction is None:
        return None
    pool, dialect = engine.pool, engine.dialect
    if (
        transaction._connections.__class__ is not dict
        or transaction._connections
        or transaction._state is not SessionTransactionState.ACTIVE
        or session._nested_transaction is not None
        or session.twophase
        or getattr(session, "execution_options", None)
        or session.dispatch.after_begin
        or getattr(dialect, "_on_connect_isolation_level", None) == "AUTOCOMMIT"
        or not isinstance(pool, TaskPool)
        or (dialect.name == "sqlite" and not is_prepared(engine))
        or is_heard(engine)
    ):
        return None
    return pool
