"""Law 2: no hidden I/O.

A statement that starts outside the greenlet of an awaited call comes from an attribute: nobody can
await it. It is refused before the session begins a transaction or checks a connection out, and only
then is it worked out which attribute of which object was touched, why it was not loaded, and which
option loads it. A statement that may run pays for none of that.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import event, inspect
from sqlalchemy.orm import QueryableAttribute

from taskbound.errors import DeferredAttribute, ExpiredAttribute, LazyRelationship, SyncCall
from taskbound.guard import unloaded
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from sqlalchemy.orm import InstanceState, ORMExecuteState

    from taskbound.errors import HiddenIO
    from taskbound.guard.session import GuardedSession
    from taskbound.guard.unloaded import Unloaded

_ERRORS: Mapping[unloaded.Kind, type[HiddenIO]] = {
    unloaded.Kind.RELATIONSHIP: LazyRelationship,
    unloaded.Kind.EXPIRED: ExpiredAttribute,
    unloaded.Kind.DEFERRED: DeferredAttribute,
}


class _Refused(BaseException):
    """Stops a statement at `do_orm_execute`; a BaseException, so that no listener swallows it."""

    def __init__(self, error: HiddenIO) -> None:
        self.error = error


def refuse(session: GuardedSession, name: str, send: Callable[[], Any]) -> Any:
    """Raise the `HiddenIO` that explains a statement which nobody awaits, or report it by its mode.

    Returns what a `do_orm_execute` listener of the user's answers instead, from a cache for example.
    Where the mode is not `raise`, SQLAlchemy's own behaviour follows.

    name: the method of the session that would send it.
    send: that call, with its arguments.

    SQLAlchemy tells what a statement is for only in `do_orm_execute`. A listener that is there for
    this one call reads it and stops the statement.
    """

    def explain(state: ORMExecuteState) -> NoReturn:
        raise _Refused(_explanation(session, state, name))

    event.listen(session, "do_orm_execute", explain, insert=True)
    try:
        return send()
    except _Refused as refused:
        error = refused.error
    finally:
        event.remove(session, "do_orm_execute", explain)
    report(error, error.place, session.modes)
    return send()


def _explanation(session: GuardedSession, state: ORMExecuteState, name: str) -> HiddenIO:
    touched = _touched(sys._getframe(1))
    instance = _instance_of(state) or (touched and touched[1])
    if instance is None:
        return direct_call(name)
    key = touched[0] if touched and touched[1] is instance else _first_key(state)
    what = unloaded.explain(
        inspect(instance),
        key,
        state,
        discarded_by=session.discarded_by,
        changed_by=session.changed_by,
    )
    return _error(what, inspect(instance), key)


def _error(what: Unloaded, state: InstanceState[Any], key: str | None) -> HiddenIO:
    return _ERRORS[what.kind](
        entity=state.class_.__name__,
        attribute=key,
        identity=state.identity,
        reason=what.reason,
        cure=what.cure,
        place=calling_place(),
    )


def refuse_call(session: GuardedSession, name: str) -> None:
    """Raise or report that a method of the synchronous session is called and nobody awaits it."""
    error = direct_call(name)
    report(error, error.place, session.modes)


def direct_call(name: str) -> HiddenIO:
    """The error for a method of the synchronous session that nobody awaits."""
    return SyncCall(
        entity=f"Session.{name}()",
        attribute=None,
        identity=None,
        reason="it was called outside run_sync, so nothing awaits its SQL",
        cure=f"await the TaskSession's own method: await session.{name}(...)",
        place=calling_place(),
    )


def _instance_of(state: ORMExecuteState) -> object | None:
    """The object whose attribute is being loaded."""
    if state.is_select and state.is_relationship_load and state.lazy_loaded_from is not None:
        return state.lazy_loaded_from.obj()
    if not (state.is_select and state.is_orm_statement):
        return None
    refreshed = getattr(state.load_options, "_refresh_state", None)
    return refreshed.obj() if refreshed is not None else None


def _first_key(state: ORMExecuteState) -> str | None:
    """The attribute by SQLAlchemy's account, where the stack does not show which one was read."""
    path = state.loader_strategy_path
    if state.is_select and state.is_relationship_load and path is not None:
        return str(getattr(path[-1], "key", None))
    options = getattr(state.statement, "_compile_options", None)
    keys = getattr(options, "_only_load_props", None)
    return min(keys) if keys else None


def _touched(frame: FrameType | None) -> tuple[str, object] | None:
    """The attribute and the object that the code outside SQLAlchemy has touched.

    SQLAlchemy does not hand this on: for an expired object it says only which columns it will load.
    The outermost frame of the mapped attribute on the way here holds both.
    """
    found: tuple[str, object] | None = None
    while frame is not None:
        attribute = frame.f_locals.get("self")
        if isinstance(attribute, QueryableAttribute) and frame.f_code.co_name == "__get__":
            found = attribute.key, frame.f_locals.get("instance")
            break
        frame = frame.f_back
    return found
