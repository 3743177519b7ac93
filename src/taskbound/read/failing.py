"""A driver's error as SQLAlchemy's own, as if SQLAlchemy had sent the statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy import Dialect


def translated(
    error: Exception, adapter: Any, dialect: Dialect, sql: str, arguments: Any, *, hidden: bool
) -> Exception:
    """The error to raise for one that a driver has raised; the same one where it is not the driver's.

    adapter: SQLAlchemy's form of the connection, which knows the driver's classes.
    hidden: leave the parameters out of the message.
    """
    original = _adapted(error, adapter, dialect)
    if not isinstance(original, dialect.loaded_dbapi.Error):
        return error
    found = DBAPIError.instance(
        statement=sql,
        params=arguments,
        orig=original,
        dbapi_base_err=dialect.loaded_dbapi.Error,
        hide_parameters=hidden,
        connection_invalidated=dialect.is_disconnect(original, adapter, None),
        dialect=dialect,
        ismulti=False,
    )
    found.__cause__ = original
    return found


def _adapted(error: Exception, adapter: Any, dialect: Dialect) -> Exception:
    handle = getattr(adapter, "_handle_exception", None)
    if handle is None or isinstance(error, dialect.loaded_dbapi.Error):
        return error
    try:
        handle(error)
    except Exception as adapted:  # noqa: BLE001  # what it raises is the answer
        return adapted
    return error
