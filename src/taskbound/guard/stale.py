"""A flush that finds a row in another version than its object: which object that can have been."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm.exc import StaleDataError

from taskbound.errors import StaleVersion
from taskbound.place import calling_place

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Entities = tuple[tuple[str, tuple[object, ...]], ...]
# The most that a message names.
_MOST = 5


def seen(session: Session) -> Entities | None:
    """What a stale flush, whose error is being handled, was to change; None where that is not so.

    To be called when the rollback is through and the objects are not yet expired by it: SQLAlchemy's own
    error names no object.
    """
    if not isinstance(sys.exc_info()[1], StaleDataError):
        return None
    changed = [inspect(each) for each in (*session.dirty, *session.deleted)]
    versioned = [state for state in changed if state.mapper.version_id_col is not None]
    return tuple(_named(state) for state in (versioned or changed)[:_MOST])


def stale_version(entities: Entities | None) -> StaleVersion:
    """The error to raise for one of SQLAlchemy's."""
    return StaleVersion(entities=entities or (), place=calling_place())


def _named(state: Any) -> tuple[str, tuple[object, ...]]:
    return type(state.obj()).__name__, tuple(state.identity or ())
