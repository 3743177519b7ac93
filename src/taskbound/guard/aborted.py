"""No commit of a transaction that is over: what an error has ended is not to be believed saved (TB304).

On PostgreSQL an error aborts the transaction, and a COMMIT that comes later rolls back and says so to
nobody. On MariaDB a deadlock rolls the whole transaction back, on SQLite a full disk does or OR ROLLBACK,
and what follows is in another transaction or in none. SQLAlchemy's commit returns in peace each time.

Nothing is looked at before a statement has failed. Its connection alone is then watched until its
transaction ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import event
from sqlalchemy.orm import session as orm

from taskbound.engine.raw_transaction import raw_in
from taskbound.engine.sqlite import begins_transactions
from taskbound.errors import AbortedTransaction, TaskboundError
from taskbound.errors.base import at
from taskbound.guard.modes import Modes
from taskbound.guard.report import report
from taskbound.guard.session import GuardedSession
from taskbound.place import calling_place

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.orm import Session

    from taskbound.driver.facts import Driver
    from taskbound.place import Place

_OFF = Modes(guard=False)
# What PostgreSQL answers to whatever comes after the error.
_IN_ABORTED = "25P02"
# The engines that are watched; those that `execution_options()` makes share one dialect.
_watched: WeakSet[Dialect] = WeakSet()
_failures: WeakKeyDictionary[Connection, _Failures] = WeakKeyDictionary()


def watch_aborted(engine: Engine, driver: Driver | None, modes: Modes) -> None:
    """Refuse or report each commit after an error that has ended the transaction, on one engine.

    modes: what is done where the transaction is not a session's; a session has its own.
    """
    if driver is None or engine.dialect in _watched:
        return
    _watched.add(engine.dialect)

    def failed(context: ExceptionContext) -> None:
        connection = context.connection
        if connection is None or context.is_disconnect or not _is_inside(connection):
            return
        if driver.ended_by(connection.connection.driver_connection, context.original_exception):
            _failures_of(connection, driver, modes).note(context)

    event.listen(engine, "handle_error", failed)


def _is_inside(connection: Connection) -> bool:
    """Whether the connection is in a transaction that SQLAlchemy has begun on the server."""
    if not connection.in_transaction() or connection._is_autocommit_isolation():
        return False
    return connection.dialect.name != "sqlite" or begins_transactions(connection)


class _Failure(NamedTuple):
    place: Place | None
    failed: str

    @property
    def note(self) -> str:
        """What the error of a statement that comes after it is for."""
        return (
            f"the error of the statement{at(self.place)} ({self.failed}) had ended the transaction, and was "
            "swallowed; let it leave the block, or put what may fail into a savepoint: "
            "async with session.begin_nested() (TB304, docs/errors/TB304.md)"
        )


def _failures_of(connection: Connection, driver: Driver, modes: Modes) -> _Failures:
    if (found := _failures.get(connection)) is None:
        found = _failures[connection] = _Failures(driver, modes)
        found.listen(connection)
    return found


class _Failures:
    """The error that has ended the transaction of one connection, if there is one."""

    __slots__ = ("_driver", "_first", "_modes")

    def __init__(self, driver: Driver, modes: Modes) -> None:
        self._driver = driver
        self._modes = modes
        self._first: _Failure | None = None

    def listen(self, connection: Connection) -> None:
        """Hear how the transaction ends."""
        event.listen(connection, "commit", self._commit)
        event.listen(connection, "rollback", self._clear)
        if self._driver.is_aborted is not None:
            # Where the transaction is gone, so are its savepoints.
            event.listen(connection, "rollback_savepoint", self._clear)

    def note(self, context: ExceptionContext) -> None:
        """Keep the error; those that come after it are for its sake, and are told so."""
        error: BaseException = context.original_exception
        told = getattr(context, "chained_exception", None)
        is_aborted = getattr(error, "sqlstate", None) == _IN_ABORTED
        # Where the server would say so and does not, what was before has been undone by a savepoint.
        if self._first is None or (self._driver.is_aborted is not None and not is_aborted):
            # SQLAlchemy's error for asyncpg has been raised from asyncpg's own, which has a better name.
            error = told if isinstance(told, TaskboundError) else error.__cause__ or error
            self._first = _Failure(calling_place(), type(error).__name__)
        elif is_aborted:
            raised: BaseException = told or context.sqlalchemy_exception or error
            raised.add_note(self._first.note)

    def _clear(self, _connection: Connection, *_: object) -> None:
        self._first = None

    def _commit(self, connection: Connection) -> None:
        first = self._first
        if first is None or not self._is_over(connection):
            return
        place, session = calling_place(), _session_of(connection)
        error = AbortedTransaction(place=place, failed_place=first.place, failed=first.failed)
        try:
            report(error, place, _modes_of(session, self._modes))
        except AbortedTransaction:
            # SQLAlchemy takes a commit that has failed for the end, and would send no ROLLBACK.
            self._first = None
            connection.dialect.do_rollback(connection.connection)
            if isinstance(session, GuardedSession):
                # Said once; the end of the session need not say it again.
                session.unsaved.first = None
            raise

    def _is_over(self, connection: Connection) -> bool:
        """Whether nothing has saved the transaction since, such as a savepoint by hand."""
        ask, adapter = self._driver.is_aborted, connection.connection.dbapi_connection
        return ask is None or bool(adapter and adapter.run_async(ask))


def _session_of(connection: Connection) -> Session | None:
    """The session that commits, which SQLAlchemy does not hand on; None for a connection of your own."""
    for session in list(orm._sessions.values()):
        transaction = session.get_transaction()
        # One that has no `Connection` would be given one by the question.
        if transaction is None or raw_in(transaction) is not None:
            continue
        if connection in transaction._connections:
            return session
    return None


def _modes_of(session: Session | None, otherwise: Modes) -> Modes:
    if session is None:
        return otherwise
    return session.modes if isinstance(session, GuardedSession) else _OFF
