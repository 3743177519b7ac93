"""A driver's error as SQLAlchemy's form of the driver has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Dialect

E = TypeVar("E", bound=BaseException)


def adapted(error: E, adapter: Any, dialect: Dialect) -> E | Exception:
    """The error that SQLAlchemy's adapter of a connection raises for one of the driver's; else the same."""
    handle = getattr(adapter, "_handle_exception", None)
    if handle is None or not isinstance(error, Exception):
        return error
    if isinstance(error, dialect.loaded_dbapi.Error):
        return error
    try:
        handle(error)
    except Exception as raised:  # noqa: BLE001  # what it raises is the answer
        return raised
    return error
