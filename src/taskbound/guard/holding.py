"""Which connection a session holds, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.engine.pool import TaskPool

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from taskbound.errors import Holder


def is_holding(session: Session) -> bool:
    """Whether a session has a connection now."""
    return session._transaction is not None and bool(session._transaction._connections)


def holder_in(session: Session) -> Holder | None:
    """Who took the connection of a session's transaction; None where it has none of taskbound's pool."""
    transaction: Any = session._transaction
    for connection, *_ in transaction._connections.values() if transaction is not None else ():
        pool, held = connection.engine.pool, connection._dbapi_connection
        record = held._connection_record if held is not None else None
        if isinstance(pool, TaskPool) and record is not None:
            return pool.holder_of(record)
    return None
