"""A driver's error as SQLAlchemy's own, as if SQLAlchemy had sent the statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.engine.base import ExceptionContextImpl
from sqlalchemy.exc import DBAPIError

from taskbound.driver.refusal import reason_of_unsent
from taskbound.engine.adapted import adapted

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def translated(
    error: Exception,
    adapter: Any,
    engine: Engine,
    sql: str,
    arguments: Any,
    *,
    connection: Connection | None = None,
) -> tuple[Exception, bool]:
    """The error to raise for one that a driver has raised, and whether the connection is lost.

    It is the same error where that is not the driver's. The engine's `handle_error` listeners have been
    called: it may be one that they have put in its place.

    adapter: SQLAlchemy's form of the connection, which knows the driver's classes.
    connection: in whose transaction it happened; None for a statement that was a transaction by itself.
    """
    dialect = engine.dialect
    original = adapted(error, adapter, dialect)
    if not isinstance(original, dialect.loaded_dbapi.Error):
        return _of_a_value(original, engine, sql, arguments, connection), False
    # Of another class only where the error is not the driver's.
    found: Any = DBAPIError.instance(
        statement=sql,
        params=arguments,
        orig=original,
        dbapi_base_err=dialect.loaded_dbapi.Error,
        hide_parameters=engine.hide_parameters,
        connection_invalidated=dialect.is_disconnect(original, adapter, None),
        dialect=dialect,
        ismulti=False,
    )
    context = ExceptionContextImpl(
        original,
        found,
        engine,
        dialect,
        connection,
        None,
        sql,
        arguments,
        None,
        found.connection_invalidated,
        True,
        False,
    )
    raised = _as_listeners_want(found, context)
    is_lost = found.connection_invalidated = context.is_disconnect
    raised.__cause__ = original
    return raised, is_lost


def _of_a_value(
    error: Exception, engine: Engine, sql: str, arguments: Any, connection: Connection | None
) -> Exception:
    """What is raised for an error of Python's, which the driver may have met while it encoded a value."""
    if reason_of_unsent(error) is None:
        return error
    context = ExceptionContextImpl(
        error,
        None,
        engine,
        engine.dialect,
        connection,
        None,
        sql,
        arguments,
        None,
        False,
        True,
        False,
    )
    raised = _as_listeners_want(error, context)
    if raised is not error:
        raised.__cause__ = error
    return raised


def _as_listeners_want(found: Exception, context: Any) -> Exception:
    """The error after the listeners, whose last answer counts; what one raises ends it."""
    raised = found
    for listener in context.dialect.dispatch.handle_error:
        try:
            answer = listener(context)
        except Exception as instead:  # noqa: BLE001  # what it raises is the answer
            return instead
        if answer is not None:
            context.chained_exception = raised = answer
    return raised
