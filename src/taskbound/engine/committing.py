"""Whether a COMMIT that has failed was sent, and what that means.

An error before COMMIT is sent leaves nothing behind. One that comes after it proves nothing, unless
its code does: the server may have committed before the connection was lost.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from taskbound.driver import driver_of
from taskbound.engine.listeners import listen
from taskbound.engine.terms import READ_ONLY
from taskbound.engine.verdicts import verdict_of
from taskbound.errors import CommitOutcomeUnknown
from taskbound.place import calling_place

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

# In the dictionary of a connection: when a COMMIT was sent that is its last, by `time.monotonic()`.
_SENT = "taskbound.commit_sent"
# In the pool's proxy of a connection, which is another one at each checkout: what a COMMIT has failed with
# that was sent before there was a `Connection`.
_FAILED = "taskbound.commit_failed"


class Commit:
    """A commit of a task: whether it was sent, and how to cut it off."""

    __slots__ = ("_engine", "_held", "is_cut", "sent")

    sent: bool
    is_cut: bool

    def __init__(self) -> None:
        self.sent = False
        self.is_cut = False
        self._engine: Engine | None = None
        self._held: PoolProxiedConnection | None = None

    def send(self, engine: Engine, held: PoolProxiedConnection) -> None:
        """Note that COMMIT goes out on a connection of the pool now."""
        self.sent = True
        self._engine, self._held = engine, held

    @property
    def can_be_cut(self) -> bool:
        """Whether there is a server that might not answer; SQLite ends by itself."""
        return self._engine is not None and self._engine.dialect.name != "sqlite"

    def cut(self) -> None:
        """Close the connection under the COMMIT, without asking the server to cancel it.

        A COMMIT that is cancelled while it waits for a standby is reported as a success by PostgreSQL.
        """
        self.is_cut = True
        if self._engine is None or self._held is None or not self._held.is_valid:
            return
        driver, raw = driver_of(self._engine.url), self._held.driver_connection
        if driver is not None and raw is not None:
            driver.terminate(raw)


# The commit of the running task, where somebody wants to know of it.
under_way: ContextVar[Commit | None] = ContextVar("taskbound_commit", default=None)

# The engines that are watched; those that `execution_options()` makes share one dialect.
_watched: WeakSet[Dialect] = WeakSet()


def watch_commits(engine: Engine) -> None:
    """Have a COMMIT without an answer raise `CommitOutcomeUnknown`, whoever has sent it.

    Where it was cancelled, the `CancelledError` goes on and has that error as its cause.
    """
    if engine.dialect in _watched:
        return
    _watched.add(engine.dialect)
    listen(engine, "begin", _forget)
    listen(engine, "rollback", _forget)
    listen(engine, "commit", _send)
    listen(engine, "handle_error", _unknown)


def is_committing(record: ConnectionPoolEntry, since: float) -> bool:
    """Whether a COMMIT was the last that was sent on a connection, by who has held it since then."""
    sent: float = record.info.get(_SENT, 0.0)
    return sent > since


def _forget(connection: Connection) -> None:
    if not connection.closed and not connection.invalidated:
        connection.info.pop(_SENT, None)


def _send(connection: Connection) -> None:
    note_sent(connection.engine, connection.connection)


def note_sent(engine: Engine, held: PoolProxiedConnection) -> None:
    """Note that COMMIT goes out on a connection of an engine's pool now."""
    # Nothing is lost with what has only read.
    info = held.info
    info[_SENT] = 0.0 if READ_ONLY in info else time.monotonic()
    if (commit := under_way.get()) is not None:
        commit.send(engine, held)


def note_failed(held: PoolProxiedConnection, error: BaseException) -> None:
    """Have the commit of a `Connection` raise this: what was sent without one has failed with it."""
    held.__dict__[_FAILED] = error


def failed_before(held: PoolProxiedConnection) -> BaseException | None:
    """What `note_failed` has noted, which is told once; None where nothing has failed."""
    error: BaseException | None = held.__dict__.pop(_FAILED, None)
    return error


def _unknown(context: ExceptionContext) -> CommitOutcomeUnknown | None:
    if context.statement is not None or not _was_sent(context.connection):
        return None
    error = context.original_exception
    if verdict_of(error, context.dialect.name).undone:
        return None
    unknown = CommitOutcomeUnknown(reason=_reason(error), place=calling_place())
    if isinstance(error, Exception):
        return unknown
    # A cancellation has to go on as what it is.
    error.__cause__ = unknown
    return None


def _was_sent(connection: Connection | None) -> bool:
    if connection is None or connection.closed or connection.invalidated:
        return False
    sent: Any = connection.info.pop(_SENT, False)
    return bool(sent)


def _reason(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return "the task was cancelled before the answer came"
    said = str(error).strip().partition("\n")[0]
    return said or type(error).__name__
