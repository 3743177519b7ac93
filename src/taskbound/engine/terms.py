"""Transactions of a session that only read, have an isolation level, or have to be through in time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

from sqlalchemy import event

from taskbound.driver.failure import Kind
from taskbound.driver.terms import LEVELS, Terms, script
from taskbound.engine import sqlite
from taskbound.engine.listeners import listen
from taskbound.engine.verdicts import verdict_of
from taskbound.errors import ReadOnlyBlock
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.orm import Session, SessionTransaction

# In the dictionary of a connection: that its transaction only reads, and what is to be sent at its end.
READ_ONLY = "taskbound.read_only"
_END = "taskbound.terms_end"

# The engines that are watched; those that `execution_options()` makes share one dialect.
_watched: WeakSet[Dialect] = WeakSet()


def check_terms(terms: Terms, dialect: str) -> None:
    """Raise `ValueError` for what an engine cannot do. dialect: SQLAlchemy's name of it."""
    levels = LEVELS.get(dialect)
    if levels is None:
        if terms.read_only or terms.isolation_level:
            raise ValueError(
                f"read_only and isolation_level of a transaction are for {', '.join(LEVELS)}, not "
                f"{dialect}: set them on the engine"
            )
    elif terms.isolation_level is not None and terms.isolation_level not in levels:
        named = " or ".join(repr(level) for level in levels)
        raise ValueError(
            f"isolation_level must be {named} on {dialect}, not {terms.isolation_level!r}"
        )


class Imposed:
    """The terms of a session's transaction, which go to its connections as it begins on them."""

    __slots__ = ("_left", "_session", "_terms", "_transaction")

    def __init__(
        self,
        session: Session,
        transaction: SessionTransaction | None,
        terms: Terms,
        left: Callable[[], float | None],
    ) -> None:
        self._session, self._transaction = session, transaction
        self._terms, self._left = terms, left
        event.listen(session, "after_begin", self._begin)
        if terms.read_only:
            event.listen(session, "before_flush", self._refuse)

    def lift(self) -> None:
        """Leave the transactions that come alone."""
        event.remove(self._session, "after_begin", self._begin)
        if self._terms.read_only:
            event.remove(self._session, "before_flush", self._refuse)

    def _begin(
        self, _session: Session, transaction: SessionTransaction, connection: Connection
    ) -> None:
        if transaction is self._transaction:
            _impose(connection, self._terms._replace(seconds=self._left()))

    def _refuse(self, session: Session, _context: object, _instances: object) -> None:
        what = _change(session)
        if what is not None and session.get_transaction() is self._transaction:
            raise ReadOnlyBlock(what=what, place=calling_place())


def _impose(connection: Connection, terms: Terms) -> None:
    check_terms(terms, connection.dialect.name)
    _watch(connection.engine)
    begin, end = script(terms, connection.dialect)
    # What is to be taken back is known before it is sent.
    connection.info[_END] = end
    if terms.read_only:
        connection.info[READ_ONLY] = True
        sqlite.keep_to_reading(connection)
    for sql, parameters in begin:
        connection.exec_driver_sql(sql, parameters)


def _watch(engine: Engine) -> None:
    if engine.dialect in _watched:
        return
    _watched.add(engine.dialect)
    listen(engine, "begin", _forget)
    # Before what is told that COMMIT is sent.
    listen(engine, "commit", _end, insert=True)
    listen(engine, "rollback", _end_of_what_is_undone, insert=True)
    listen(engine, "handle_error", _refused)


def _forget(connection: Connection) -> None:
    connection.info.pop(READ_ONLY, None)


def _end(connection: Connection) -> None:
    """Take back what does not end with the transaction. Where that fails the connection is closed."""
    if connection.closed or connection.invalidated:
        return
    statements = connection.info.pop(_END, ())
    try:
        for sql in statements:
            # Below SQLAlchemy's own, which sends nothing any more once a transaction has failed.
            cursor = connection.connection.cursor()
            cursor.execute(sql)
            cursor.close()
    except BaseException as error:
        connection.invalidate(error)
        raise


def _end_of_what_is_undone(connection: Connection) -> None:
    # A connection that is closed instead has nothing left to take back, and is rolled back by the server.
    with suppress(Exception):
        _end(connection)


def _refused(context: ExceptionContext) -> ReadOnlyBlock | None:
    connection = context.connection
    if connection is None or connection.closed or connection.invalidated:
        return None
    if not connection.info.get(READ_ONLY):
        return None
    if verdict_of(context.original_exception, context.dialect.name).kind is not Kind.READ_ONLY:
        return None
    verb = (context.statement or "a write").split(None, 1)[0].upper()
    return ReadOnlyBlock(what=f"{verb} was sent", place=calling_place())


def _change(session: Session) -> str | None:
    """The first change that a flush would write, in words."""
    for objects, how in ((session.new, "new"), (session.deleted, "deleted")):
        for each in objects:
            return f"a {how} {type(each).__name__} was to be written"
    for each in session.dirty:
        if session.is_modified(each):
            return f"a changed {type(each).__name__} was to be written"
    return None
