"""The synchronous session inside a `TaskSession`: every operation passes the laws first.

A `TaskSession` is only the outer face. Attribute access, `awaitable_attrs`, `run_sync` and events
reach the synchronous session without it, so the watch stands here. What a public method costs more
is one look at the current task and a few attributes.
"""

from __future__ import annotations

import functools
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker
from sqlalchemy.util.concurrency import in_greenlet

from taskbound.awaiting import current_task
from taskbound.guard import hidden_io, lifetime
from taskbound.guard.modes import Modes
from taskbound.guard.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Callable

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
    closed: lifetime.Closed | None = None
    # The operation that last threw loaded values away.
    discarded_by: str | None = None
    _is_guarded: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ownership = Ownership()
        super().__init__(*args, **kwargs)

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Put an object into the session. Raises `SessionClosed` where it is closed."""
        lifetime.check(self.closed, "add")
        super().add(instance, _warn=_warn)


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


def _operation(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_operation(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        task, owner = current_task(), self.ownership
        if task is None or owner.running is task:
            return method(self, *args, **kwargs)
        # Written out, here and below: two calls less are a third of what the guard costs.
        if self.closed is not None:
            raise self.closed.refusal(name)
        if owner.running is not None:
            owner.check_overlap(task, name)
        owner.running, owner.operation = task, name
        try:
            return method(self, *args, **kwargs)
        finally:
            owner.running = None
            if owner.waited_for is not None:
                owner.leave()

    return guarded_operation


def _sending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    operation = _operation(method, name)

    @functools.wraps(method)
    def guarded_sending(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        if not in_greenlet():
            raise hidden_io.direct_call(name)
        return operation(self, *args, **kwargs)

    return guarded_sending


def _statement(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_statement(self: GuardedSession, statement: Any, *args: Any, **kwargs: Any) -> Any:
        if not in_greenlet():
            return hidden_io.refuse(self, name, partial(method, self, statement, *args, **kwargs))
        task, owner = current_task(), self.ownership
        if task is None or owner.running is task:
            return method(self, statement, *args, **kwargs)
        if self.closed is not None:
            raise self.closed.refusal(name)
        if owner.running is not None:
            owner.check_overlap(task, name)
        owner.running, owner.operation = task, name
        try:
            result = method(self, statement, *args, **kwargs)
            if getattr(statement, "is_dml", False) and self.in_transaction():
                owner.writer = task
            return result
        finally:
            owner.running = None
            if owner.waited_for is not None:
                owner.leave()

    return guarded_statement


def _ending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_ending(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        task, owner = current_task(), self.ownership
        if task is None:
            return method(self, *args, **kwargs)
        if owner.running is not task:
            lifetime.check(self.closed, name)
            if name in _FLUSHES and not in_greenlet() and _has_changes(self):
                raise hidden_io.direct_call(name)
        if owner.writer is not None and (name != "flush" or _has_changes(self)):
            owner.check_writer(task, name)
        if owner.running is task:
            return method(self, *args, **kwargs)
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
        nested = task is None or owner.running is task
        if task is not None and not nested:
            owner.enter(task, name)
        if self.closed is None:
            self.closed = lifetime.Closed()
        try:
            return method(self, *args, **kwargs)
        finally:
            if not nested:
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
