"""SQLite as a server would have it: real transactions, foreign keys, readers beside a writer."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, WeakValueDictionary

from sqlalchemy import event

from taskbound.awaiting import run_to_the_end
from taskbound.driver.aiosqlite import turn_of
from taskbound.driver.turn import MOMENT
from taskbound.engine.listeners import listen, root_of

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction
    from sqlalchemy.pool import PoolProxiedConnection

    from taskbound.driver.facts import Driver

# Execution option: how BEGIN takes SQLite's locks.
BEGIN_OPTION = "sqlite_begin"
_BEGIN = {"DEFERRED": "BEGIN", "IMMEDIATE": "BEGIN IMMEDIATE", "EXCLUSIVE": "BEGIN EXCLUSIVE"}
# In the dictionary of a connection: that its transaction has only read so far.
_READING = "taskbound.sqlite_reading"
# The same: that its transaction was begun before there was a `Connection`.
_BEGUN = "taskbound.sqlite_begun"
# How a statement begins that takes no lock of a writer. What begins in another way may take one; a
# common table expression does where one of the words of a change is in it.
_READS = ("SELECT", "VALUES", "EXPLAIN", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")
_CHANGE = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_MILLISECONDS = 1000


class PrivateFile:
    """The file behind a database "in memory".

    A database that lives in memory is either one connection, in which all sessions share one
    transaction, or SQLite's shared cache, whose readers fail while another connection writes. A file
    that nobody else knows, never synchronised to the disk, gives every session a transaction of its
    own and its readers the state before an uncommitted write. It goes when the database is disposed.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._folder = Path(tempfile.mkdtemp(prefix="taskbound-"))
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, _remove, self._folder, os.getpid())

    @property
    def path(self) -> Path:
        """Where the database lies."""
        return self._folder / "memory.db"

    def clear(self) -> None:
        """Remove the database; the next connection finds an empty one.

        One that has a name stays for those who share it, and one of the parent process for the parent.
        """
        if self._name is None and os.getpid() == self._owner:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)


def _remove(folder: Path, owner: int) -> None:
    # A forked child runs its parent's finalizers at exit.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


# The databases in memory that have a name, for as long as somebody uses them.
_named: WeakValueDictionary[str, PrivateFile] = WeakValueDictionary()


def private_file(url: URL) -> PrivateFile | None:
    """The file behind a URL that names a database in memory; None for any other URL.

    `file:NAME?mode=memory&cache=shared` is one database for all who name it in this process.
    """
    if url.get_backend_name() != "sqlite" or not is_memory(url):
        return None
    name = url.database or ""
    if url.query.get("mode") != "memory" or url.query.get("cache") != "shared":
        return PrivateFile()
    return _named.get(name) or _named.setdefault(name, PrivateFile(name))


def is_memory(url: URL) -> bool:
    """Whether a URL names a database in memory: no path, `:memory:`, or `mode=memory`."""
    name = url.database or ""
    return name in {"", ":memory:"} or ":memory:" in name or url.query.get("mode") == "memory"


def prepare(engine: AsyncEngine, *, busy_timeout: float, private: bool) -> None:
    """Set every connection of an engine up, and begin its transactions.

    On connect: `PRAGMA foreign_keys = ON`, `PRAGMA busy_timeout` (of a moment: the wait that is longer
    is `driver/turn.py`), `PRAGMA journal_mode = WAL` (not for a database opened read-only), and for a
    private file `PRAGMA synchronous = OFF`.
    At the begin of a transaction: `BEGIN`, or what the execution option `sqlite_begin` asks for.
    At the first write of a transaction that began with `BEGIN` and has read, and at its first
    `with_for_update()`: `COMMIT` and `BEGIN IMMEDIATE`. SQLite refuses such a write at once where
    another connection has written since the first read; this way it waits for its turn and then sees
    what the other one has committed, as under READ COMMITTED elsewhere.

    busy_timeout: seconds that a statement waits for another connection's lock.
    private: the file dies with the process, so nothing needs to reach the disk.
    """
    alone = _script(engine.url, busy_timeout, private=private)
    in_turns = _script(engine.url, min(busy_timeout, MOMENT), private=private)

    def connect(dbapi_connection: Any, _record: object) -> None:
        turn = turn_of(dbapi_connection.driver_connection)
        if turn is not None:
            turn.seconds = busy_timeout
        script = alone if turn is None else in_turns
        dbapi_connection.run_async(lambda connection: connection.executescript(script))

    def begin(connection: Connection) -> None:
        if connection.info.pop(_BEGUN, False):
            return
        connection.info[_READING] = False
        if not connection._is_autocommit_isolation():
            mode = connection.get_execution_options().get(BEGIN_OPTION, "DEFERRED")
            connection.exec_driver_sql(_BEGIN[mode])
            connection.info[_READING] = mode == "DEFERRED"

    event.listen(engine.sync_engine, "connect", connect)
    listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "before_cursor_execute", _begin_to_write)
    _prepared.add(engine.sync_engine)


# The engines whose transactions are SQLite's own.
_prepared: WeakSet[Engine] = WeakSet()


def is_prepared(engine: Engine) -> bool:
    """Whether `prepare` has set up the connections of an engine, or of the one that it was made from."""
    return root_of(engine) in _prepared


def beginning(engine: Engine, *, to_write: bool) -> str:
    """The statement that begins a transaction of an engine.

    to_write: take the lock of a writer, which a transaction that only reads is begun without.
    """
    mode: str = engine.get_execution_options().get(BEGIN_OPTION, "DEFERRED")
    return _BEGIN["IMMEDIATE" if to_write and mode == "DEFERRED" else mode]


async def begin_without(held: PoolProxiedConnection, driver: Driver, sql: str) -> None:
    """Begin a transaction as an engine's `Connection` would, without one.

    sql: from `beginning`.
    """
    held.info[_READING] = False
    await driver.execute(held.driver_connection, sql, ())
    held.info[_READING] = sql == _BEGIN["DEFERRED"]


def was_begun(held: PoolProxiedConnection) -> None:
    """Tell the `Connection` that begins next that the transaction is there."""
    held.info[_BEGUN] = True


async def begin_to_write_without(held: PoolProxiedConnection, driver: Driver) -> None:
    """As `begin_to_write`, without a `Connection`; nothing where there is no need to."""
    if held.info.get(_READING):
        held.info[_READING] = False
        await driver.execute(held.driver_connection, "COMMIT", ())
        try:
            await driver.execute(held.driver_connection, _BEGIN["IMMEDIATE"], ())
        except Exception:
            # Who goes on all the same is in a transaction still, and has no lock.
            await driver.execute(held.driver_connection, _BEGIN["DEFERRED"], ())
            held.info[_READING] = True
            raise


@asynccontextmanager
async def only_reading(connection: AsyncConnection) -> AsyncIterator[None]:
    """A transaction that keeps to the state which it sees now, and in which SQLite refuses to write."""
    transaction = await connection.begin()
    try:
        await connection.exec_driver_sql("PRAGMA query_only = ON")
        (await connection.get_raw_connection()).info[_READING] = False
        # The state is that of the first read.
        await connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")
        yield
    finally:
        await run_to_the_end(_ended_reading(connection, transaction))


async def _ended_reading(connection: AsyncConnection, transaction: AsyncTransaction) -> None:
    # A connection that was lost goes back to nobody.
    if not connection.invalidated:
        await connection.exec_driver_sql("PRAGMA query_only = OFF")
    await transaction.rollback()


def begins_transactions(connection: Connection) -> bool:
    """Whether the connection's transactions are begun as `prepare` has them begun, and not by the driver."""
    return _READING in connection.info


def keep_to_reading(connection: Connection) -> None:
    """Do not make a transaction that has only read so far one that writes."""
    connection.info[_READING] = False


def _begin_to_write(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: object,
    _executemany: object,
) -> None:
    if has_only_read(connection) and (_writes(statement) or _locks(context)):
        begin_to_write(connection)


def has_only_read(connection: Connection) -> bool:
    """Whether `begin_to_write` is to be called before the connection's transaction writes."""
    return bool(connection.info.get(_READING))


def begin_to_write(connection: Connection) -> None:
    """Make a transaction that has only read so far one that writes."""
    connection.info[_READING] = False
    connection.exec_driver_sql("COMMIT")
    try:
        connection.exec_driver_sql(_BEGIN["IMMEDIATE"])
    except Exception:
        # Who goes on all the same is in a transaction still, and has no lock.
        connection.exec_driver_sql(_BEGIN["DEFERRED"])
        connection.info[_READING] = True
        raise


def _writes(statement: str) -> bool:
    head = statement.lstrip()[:8].upper()
    if head.startswith("WITH"):
        return _CHANGE.search(statement) is not None
    return not head.startswith(_READS)


def _locks(context: Any) -> bool:
    """Whether a statement is a `with_for_update()`, of which SQLite's SQL says nothing."""
    statement = getattr(getattr(context, "compiled", None), "statement", None)
    return getattr(statement, "_for_update_arg", None) is not None


def _script(url: URL, busy_timeout: float, *, private: bool) -> str:
    # busy_timeout first: the change to WAL takes a lock that another new connection may hold.
    pragmas = [f"busy_timeout = {round(busy_timeout * _MILLISECONDS)}", "foreign_keys = ON"]
    if url.query.get("mode") != "ro" and "immutable" not in url.query:
        pragmas.append("journal_mode = WAL")
    if private:
        pragmas.append("synchronous = OFF")
    return "".join(f"PRAGMA {pragma};" for pragma in pragmas)
