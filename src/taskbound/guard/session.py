"""The synchronous session inside a `TaskSession`: every operation passes the laws first.

A `TaskSession` is only the outer face. Attribute access, `awaitable_attrs`, `run_sync` and events
reach the synchronous session without it, so the watch stands here. What a public method costs more
is one look at the current task and a few attributes.
"""

from __future__ import annotations

import functools
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker
from sqlalchemy.util.concurrency import in_greenlet

from taskbound.awaiting import current_task
from taskbound.guard import held, hidden_io, lifetime, never_added
from taskbound.guard.entering import may_end, may_enter
from taskbound.guard.forwarding import around
from taskbound.guard.modes import Modes
from taskbound.guard.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import InstanceState

# What reads or writes through the session's connection. `add`, `expunge` and the like only change
# Python objects and stay as they are.
_OPERATIONS = (
    "begin",
    "begin_nested",
    "delete",
    "delete_all",
    "get",
    "get_one",
    "merge",
    "merge_all",
    "prepare",
    "refresh",
)
# What sends something each time that it is called.
_SENDINGS = ("bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "connection")
# What sends a statement of the user's, or one that an attribute needs.
_STATEMENTS = ("execute", "scalar", "scalars")
# What ends or sends the unit of work, and so must come from the task that it belongs to.
_ENDINGS = ("commit", "flush", "rollback", "reset")
# Those of them that send what has changed.
_FLUSHES = frozenset(("commit", "flush"))
# What leaves the session closed for good.
_CLOSINGS = ("close", "invalidate")
# What throws loaded values away; the name is the reason that a later error gives.
_DISCARDS = ("expire", "expire_all", "refresh")


class GuardedSession(Session):
    """A `sqlalchemy.orm.Session` that keeps to the laws of its task.

    Made by `guarded`, which adds the checks to any session class.
    """

    ownership: Ownership
    # What is done about each misuse.
    modes: Modes = Modes()
    # Where the session was closed, or None while it is open.
    closed: lifetime.Closed | None
    # The operation that last threw loaded values away.
    discarded_by: str | None = None
    _is_guarded: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ownership = Ownership()
        self.closed = None
        super().__init__(*args, **kwargs)

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Put an object into the session. Raises `SessionClosed` where it is closed."""
        if self.closed is not None:
            lifetime.refuse(self.closed, "add", self.modes)
        super().add(instance, _warn=_warn)

    def _contains_state(self, state: InstanceState[Any]) -> bool:
        # SQLAlchemy's own, written out: it is asked for each object that an added one leads to.
        if state in self._new or self.identity_map.contains_state(state):
            return True
        if self._flushing:
            never_added.check(self, state, sys._getframe(1))
        return False


_guarded_classes: WeakKeyDictionary[type[Session], type[GuardedSession]] = WeakKeyDictionary()


def guarded(base: Any) -> Any:
    """The guarded form of a `sync_session_class`: a subclass of a class, or a factory of such.

    A `sessionmaker` stands for its class and its arguments. Of any other callable it is not known what
    it makes, so that is left as it is.
    """
    if isinstance(base, sessionmaker):
        return lambda **options: _guarded_class(base.class_)(**{**base.kw, **options})
    return _guarded_class(base) if isinstance(base, type) else base


def _guarded_class(base: type[Session]) -> type[GuardedSession]:
    if (cls := _guarded_classes.get(base)) is None:
        cls = _guarded_classes[base] = _guard_class(base)
    return cls


def _guard_class(base: type[Session]) -> type[GuardedSession]:
    if issubclass(base, GuardedSession) and base._is_guarded:
        return base
    bases = (base,) if issubclass(base, GuardedSession) else (GuardedSession, base)
    methods: dict[str, Any] = {"_is_guarded": True, "__module__": __name__}
    for names, guard in (
        (_OPERATIONS, _operation),
        (_SENDINGS, _sending),
        (_STATEMENTS, _statement),
        (_ENDINGS, _ending),
        (_CLOSINGS, _closing),
    ):
        # `delete_all` and `merge_all` came with SQLAlchemy 2.1.
        methods |= {name: guard(getattr(base, name), name) for name in names if hasattr(base, name)}
    for name in _DISCARDS:
        methods[name] = _discard(methods.get(name) or getattr(base, name), name)
    name = "GuardedSession" if base is Session else f"Guarded{base.__name__}"
    cls = cast("type[GuardedSession]", type(name, bases, methods))
    event.listen(cls, "after_flush", _after_flush)
    event.listen(cls, "after_commit", _after_commit)
    event.listen(cls, "after_soft_rollback", _after_soft_rollback)
    event.listen(cls, "after_transaction_end", _after_transaction_end)
    return cls


_ENTER = """\
_task, _owner = current_task(), self.ownership
_running = _owner.running
if _running is _task:
    return {call}
if (_running is not None or _task is None or self.closed is not None) and not may_enter(
    self, _task, {name}
):
    return {call}
if _owner.due and monotonic() > _owner.due:
    report_back(self)
_owner.running, _owner.operation = _task, {name}
try:
"""
_LEAVE = """\
finally:
    _owner.running = None
    if _owner.budget:
        _owner.due = monotonic() + _owner.budget
    if _owner.waited_for is not None:
        _owner.leave()
"""
_OPERATION = f"""\
{_ENTER}    return {{call}}
{_LEAVE}"""
_SENDING = f"""\
if not in_greenlet():
    refuse_call(self, {{name}})
{_OPERATION}"""
_STATEMENT = f"""\
if not in_greenlet():
    return refuse(self, {{name}}, lambda: {{call}})
{_ENTER}    _result = {{call}}
    if getattr({{first}}, "is_dml", False) and self.in_transaction():
        _owner.writer = _task
    return _result
{_LEAVE}"""
_NAMES = {
    "current_task": current_task,
    "in_greenlet": in_greenlet,
    "may_enter": may_enter,
    "monotonic": monotonic,
    "report_back": held.report_back,
    "refuse": hidden_io.refuse,
    "refuse_call": hidden_io.refuse_call,
}


def _operation(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _OPERATION, _NAMES)


def _sending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _SENDING, _NAMES)


def _statement(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _STATEMENT, _NAMES)


def _ending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_ending(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        task, owner = current_task(), self.ownership
        if task is None:
            return method(self, *args, **kwargs)
        inside = owner.running is task
        if name in _FLUSHES and not inside and not in_greenlet() and _has_changes(self):
            hidden_io.refuse_call(self, name)
        enters = not inside and may_enter(self, task, name)
        if owner.writer is not None and (name != "flush" or _has_changes(self)):
            may_end(self, task, name)
        if not enters:
            return method(self, *args, **kwargs)
        held.check_back(self, name)
        owner.enter(task, name)
        try:
            return method(self, *args, **kwargs)
        finally:
            owner.leave()

    return guarded_ending


def _closing(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_closing(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        task, owner = current_task(), self.ownership
        was_closed, self.closed = self.closed, None
        enters = task is not None and may_enter(self, task, name)
        self.closed = was_closed or lifetime.Closed()
        if task is None or not enters:
            return method(self, *args, **kwargs)
        held.check_back(self, name)
        owner.enter(task, name)
        try:
            return method(self, *args, **kwargs)
        finally:
            owner.leave()

    return guarded_closing


def _discard(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_discard(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        self.discarded_by = name
        return result

    return guarded_discard


def _after_flush(session: GuardedSession, _context: object) -> None:
    session.ownership.writer = current_task()


def _after_commit(session: GuardedSession) -> None:
    if session.expire_on_commit:
        session.discarded_by = "commit"


def _after_soft_rollback(session: GuardedSession, _transaction: SessionTransaction) -> None:
    # Also for savepoints and for blocks that end without a call of `rollback()`.
    session.discarded_by = "rollback"


def _has_changes(session: Session) -> bool:
    """Whether a flush would send something: a task may read beside another one's flushed work."""
    return bool(session.new or session.deleted or session.dirty)


def _after_transaction_end(session: GuardedSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.ownership.writer = None
