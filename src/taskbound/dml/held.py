"""What a session holds of rows that were written past its unit of work.

What was written of them is expired: whoever reads it later without a `refresh` is told by which line it has
changed. An object whose row was deleted is deleted in the session as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.guard.writing import note_expired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import InstanceState, Session

    from taskbound.dml.columns import Columns


def expire_row(
    session: Session, columns: Columns, identity: Mapping[str, Any], names: Iterable[str]
) -> None:
    """Expire attributes of the object of one row, if the session holds it."""
    state = _held(session, columns, identity)
    if state is not None:
        _expire(session, columns, (state,), names)


def expire_rows(session: Session, columns: Columns, names: Iterable[str]) -> None:
    """Expire attributes of every object of the class: which rows have changed is not known."""
    if not session.identity_map._dict:
        return
    _expire(session, columns, tuple(_of_class(session, columns)), names)


def forget_row(session: Session, columns: Columns, identity: Mapping[str, Any]) -> None:
    """Have the object of a row that was deleted be deleted in the session, if that holds it."""
    state = _held(session, columns, identity)
    if state is not None:
        session._remove_newly_deleted([state])


def expire_wholly(session: Session, columns: Columns) -> None:
    """Expire every object of the class: which rows were deleted is not known."""
    states = tuple(_of_class(session, columns))
    for state in states:
        session._expire_state(state, None)
    if states:
        note_expired(session, "delete()")


def _expire(
    session: Session,
    columns: Columns,
    states: tuple[InstanceState[Any], ...],
    names: Iterable[str],
) -> None:
    changed = [*names, *columns.computed_on_update]
    for state in states:
        state._expire_attributes(state.dict, changed)
    if states:
        note_expired(session, "update()")


def _held(
    session: Session, columns: Columns, identity: Mapping[str, Any]
) -> InstanceState[Any] | None:
    if not session.identity_map._dict:
        return None
    key = columns.mapper.identity_key_from_primary_key(tuple(identity.values()))
    return session.identity_map._dict.get(key)


def _of_class(session: Session, columns: Columns) -> Iterator[InstanceState[Any]]:
    for state in session.identity_map.all_states():
        if state.mapper.isa(columns.mapper):
            yield state
