"""Law 3: what was written is committed or rolled back by somebody who says so.

A session that is closed with neither loses its writes in silence. What a transaction holds is noted
when it is written: a flush, or a statement. A savepoint that is rolled back takes its own writes with
it. Whether anything is lost is asked once, when the session is closed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, TextClause, event

from taskbound.errors import LostWrites
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session, SessionTransaction

    from taskbound.guard.session import GuardedSession

_TEST = "PYTEST_CURRENT_TEST"
# Words with which a text() statement begins that writes.
_WRITING = frozenset(("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"))


class Unsaved:
    """What a session's transaction has written and nobody has ended yet."""

    __slots__ = ("before", "first")

    def __init__(self) -> None:
        # The first write of the transaction: a statement, the names of what was flushed, or a method's.
        self.first: object = None
        # What `first` was when each savepoint began.
        self.before: WeakKeyDictionary[SessionTransaction, object] | None = None

    def note(self, write: object) -> None:
        """Note that the transaction has written."""
        if self.first is None:
            self.first = write


def watch(cls: type[GuardedSession]) -> None:
    """Have the sessions of a class note what their transactions begin and undo."""
    event.listen(cls, "after_transaction_create", _after_transaction_create)
    event.listen(cls, "after_soft_rollback", _after_soft_rollback)


def note_flush(session: GuardedSession) -> None:
    """Note that a flush has sent what is new, changed and deleted."""
    if session.unsaved.first is None:
        # What was set to the value that it had, as a merge does, is dirty until here and is not sent.
        changed = filter(session.is_modified, session.dirty)
        flushed = frozenset(
            type(one).__name__ for one in (*session.new, *changed, *session.deleted)
        )
        session.unsaved.first = flushed or None


def is_write(statement: Any, result: Any) -> bool:
    """Whether a statement has written: an UPDATE that found no row has not."""
    returns = getattr(result, "returns_rows", True)
    rows = getattr(result, "rowcount", -1)
    if getattr(statement, "is_dml", False):
        return returns or rows != 0
    if not isinstance(statement, TextClause):
        return False
    return _verb(statement) in _WRITING if returns else rows > 0


def has_changes(session: Session) -> bool:
    """Whether a flush would send something."""
    # What `new`, `deleted` and `dirty` ask, each of which makes a set of it.
    return bool(session._new or session._deleted or session.identity_map._modified)


def at_close(session: GuardedSession) -> LostWrites | None:
    """The error for closing the session now, or None where nothing is lost."""
    first = session.unsaved.first
    if first is None and not has_changes(session):
        return None
    if session.modes.of(LostWrites.code) == "off" or _is_left_to_others(session):
        return None
    transaction = session.get_transaction()
    written = _written(transaction, first) if transaction is not None and first is not None else ()
    pending = _names(_changed(session))
    if not (written or pending):
        return None
    return LostWrites(written=written, pending=pending, place=calling_place())


def _is_left_to_others(session: Session) -> bool:
    """Whether the rollback is meant, by whoever made the connection or the session.

    The maker of a connection decides what becomes of its transaction. And a session that a fixture has
    made is closed behind the test, so that nothing of it remains: pytest tells the phase in a variable.
    """
    return isinstance(session.bind, Connection) or os.environ.get(_TEST, "").endswith("(teardown)")


def _written(transaction: SessionTransaction, first: object) -> tuple[str, ...]:
    connections = {entry[0] for entry in transaction._connections.values()}
    if connections and all(_autocommits(connection) for connection in connections):
        return ()
    held = [*transaction._new, *transaction._dirty, *transaction._deleted]
    # Those that the program still holds; SQLAlchemy refers to them weakly.
    names = sorted({state.class_.__name__ for state in held})
    if isinstance(first, frozenset):
        return tuple(sorted(first.union(names)))
    return (first if isinstance(first, str) else _described(first), *names)


def _changed(session: Session) -> Iterable[object]:
    yield from session.new
    yield from session.deleted
    yield from (one for one in session.dirty if session.is_modified(one))


def _names(objects: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({type(one).__name__ for one in objects}))


def _autocommits(connection: Connection) -> bool:
    chosen = connection.get_execution_options().get("isolation_level")
    # What create_engine(isolation_level=...) was given, which nothing public tells.
    level = chosen or getattr(connection.dialect, "_on_connect_isolation_level", None)
    return bool(level == "AUTOCOMMIT")


def _described(statement: Any) -> str:
    """The verb and the table; never the text of a statement, which may hold values."""
    if isinstance(statement, TextClause):
        return f"{_verb(statement)} by text()"
    table = getattr(statement, "table", None)
    return f"{statement.__visit_name__.upper()} {getattr(table, 'name', '')}".rstrip()


def _verb(statement: TextClause) -> str:
    words = statement.text.split(None, 1)
    return words[0].upper() if words else ""


def _after_transaction_create(session: GuardedSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        unsaved = session.unsaved
        if unsaved.before is None:
            unsaved.before = WeakKeyDictionary()
        unsaved.before[transaction] = unsaved.first


def _after_soft_rollback(session: GuardedSession, transaction: SessionTransaction) -> None:
    # A flush that fails ends a transaction inside the one that it rolls back.
    ended: SessionTransaction | None = transaction
    while ended is not None and not ended.nested:
        ended = ended.parent
    before = session.unsaved.before
    session.unsaved.first = before.get(ended) if ended is not None and before is not None else None
