"""Law 2: a relationship that is loaded for one object after the other (N+1).

A load that somebody awaits is no hidden one, and so passes; in a loop it is still a round trip for
each object. It is counted by the relationship and the line that asks for it, in one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from taskbound.errors import RepeatedLoad
from taskbound.guard.report import report
from taskbound.place import calling_spot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import InstanceState

    from taskbound.guard.session import GuardedSession

# Loads of one relationship by one line, in one transaction, from which on they are a finding.
MANY = 5


def note_load(session: GuardedSession, statement: Any, load_options: Any) -> None:
    """Count a statement of SQLAlchemy's own, where it loads a relationship of one object."""
    state: InstanceState[Any] | None = getattr(load_options, "_lazy_loaded_from", None)
    if state is None:
        return
    path = getattr(getattr(statement, "_compile_options", None), "_current_path", None)
    if path:
        _count(session, state.class_.__name__, str(getattr(path[-1], "key", "")))


def note_refresh(session: GuardedSession, instance: object, names: Iterable[str] | None) -> None:
    """Count `refresh()` of one object, where it names a relationship."""
    if names is None:
        return
    mapper = inspect(instance).mapper
    for name in names:
        if name in mapper.relationships:
            _count(session, mapper.class_.__name__, name)


def _count(session: GuardedSession, entity: str, key: str) -> None:
    if session.modes.of(RepeatedLoad.code) == "off":
        return
    spot = calling_spot()
    asked = (entity, key, spot and spot.code, spot and spot.line)
    count = session.loads[asked] = session.loads.get(asked, 0) + 1
    if count == MANY:
        place = spot.place() if spot else None
        report(
            RepeatedLoad(entity=entity, attribute=key, count=count, place=place),
            place,
            session.modes,
        )
