"""The synchronous session inside a `TaskSession`: every operation passes the laws first.

A `TaskSession` is only the outer face. Attribute access, `awaitable_attrs`, `run_sync` and events
reach the synchronous session without it, so the watch stands here. What a public method costs more
is one look at the current task and a few attributes; what uses the database costs two of the clock as well.
"""

from __future__ import annotations

import functools
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.util.concurrency import in_greenlet

from taskbound.awaiting import Task, current_task
from taskbound.filters.session import FilteredSession
from taskbound.guard import blocks, held, hidden_io, home, lifetime, lost_writes, never_added, stale
from taskbound.guard.acknowledged import Acknowledged, reply, report_commit
from taskbound.guard.discarded import Discard
from taskbound.guard.entering import may_end, may_enter
from taskbound.guard.forwarding import around
from taskbound.guard.holding import is_holding
from taskbound.guard.home import TASK
from taskbound.guard.lost_writes import Unsaved
from taskbound.guard.modes import Modes
from taskbound.guard.ownership import Ownership
from taskbound.guard.repeated_loads import note_load, note_refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy.orm import InstanceState

    from taskbound.guard.blocks import EnteredBlock
    from taskbound.place import Spot

# What reads or writes through the session's connection. `add`, `expunge` and the like only change
# Python objects and stay as they are.
# Those that may find in the session what they want; what they send goes through `execute` and `_flush`.
_OPERATIONS = ("begin", "delete", "delete_all", "get", "get_one", "merge", "merge_all")
# Those that use the connection each time that they are called.
_USES = ("begin_nested", "prepare", "refresh")
# The same, and outside a greenlet nothing awaits what they send: where there is no connection yet.
_SENDINGS = ("connection",)
_BULKS = ("bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings")
# What sends a statement of the user's, or one that an attribute needs.
_STATEMENTS = ("execute", "scalar", "scalars")
# What ends or sends the unit of work, and so must come from the task that it belongs to.
_ENDINGS = ("commit", "flush", "rollback", "reset")
# Those of them that send what has changed.
_FLUSHES = frozenset(("commit", "flush"))
# What leaves the session closed for good, unless `close_resets_only=True` was asked for.
_CLOSINGS = ("close", "invalidate")
# What throws loaded values away; the name is the reason that a later error gives.
_DISCARDS = ("expire", "expire_all", "refresh")


class GuardedSession(FilteredSession):
    """A `sqlalchemy.orm.Session` that keeps to the laws of its task.

    Made by `guarded`, which adds the checks to any session class.
    """

    ownership: Ownership
    # What is done about each misuse.
    modes: Modes = Modes()
    # Where the session was closed, or None while it is open.
    closed: lifetime.Closed | None
    # Whether it goes on after that, as SQLAlchemy's does by default.
    close_resets: bool
    # What last threw values away: of whole objects, and of columns that the database has changed.
    discarded_by: Discard | None = None
    changed_by: Discard | None = None
    # What the transaction has written and nobody has committed or rolled back yet.
    unsaved: Unsaved
    # The `async with` blocks of transactions and savepoints that the session is in, outermost first.
    blocks: tuple[EnteredBlock, ...] = ()
    # The line at which the work is being ended, where a task of its own does that.
    ending_at: Spot | None = None
    # How often each line has loaded a relationship of one object in this transaction.
    loads: dict[Hashable, int]
    # What a flush was to change that has found a row in another version.
    stale: stale.Entities | None = None
    # That the client has been told of what is not committed yet.
    acknowledged: Acknowledged | None = None
    _is_guarded: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ownership = Ownership()
        if (response := reply.get()) is not None:
            response.note(self)
        self.closed = None
        self.close_resets = kwargs.get("close_resets_only") is True
        self.unsaved = Unsaved()
        self.loads = {}
        super().__init__(*args, **kwargs)

    @property
    def has_writes(self) -> bool:
        """Whether there is anything that a commit would store."""
        pending = self.new or self.deleted or any(map(self.is_modified, self.dirty))
        return self.unsaved.first is not None or bool(pending)

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """Put an object into the session. Raises `SessionClosed` where it is closed."""
        if self.closed is not None:
            lifetime.refuse(self.closed, "add", self.modes)
        super().add(instance, _warn=_warn)

    def _flush(self, objects: Any = None) -> None:
        if self.ownership.running is not None:
            held.use_within(self)
        try:
            super()._flush(objects)
        except StaleDataError as error:
            raise stale.stale_version(self.stale) from error

    def _contains_state(self, state: InstanceState[Any]) -> bool:
        # SQLAlchemy's own, written out: it is asked for each object that an added one leads to.
        if state in self._new or self.identity_map.contains_state(state):
            return True
        if self._flushing:
            never_added.check(self, state, sys._getframe(1))
        return False


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


# Classes of sessions are made once in a program, as is what is made of them.
_guarded_classes: dict[type[Session], type[GuardedSession]] = {}


def _guard_class(base: type[Session]) -> type[GuardedSession]:
    if issubclass(base, GuardedSession) and base._is_guarded:
        return base
    bases = (base,) if issubclass(base, GuardedSession) else (GuardedSession, base)
    methods: dict[str, Any] = {"_is_guarded": True, "__module__": __name__}
    for names, guard in (
        (_OPERATIONS, _operation),
        (_USES, _use),
        (_SENDINGS, _sending),
        (_BULKS, _bulk),
        (_STATEMENTS, _statement),
        (_ENDINGS, _ending),
        (_CLOSINGS, _closing),
    ):
        # `delete_all` and `merge_all` came with SQLAlchemy 2.1.
        methods |= {name: guard(getattr(base, name), name) for name in names if hasattr(base, name)}
    for name in _DISCARDS:
        methods[name] = _discard(methods.get(name) or getattr(base, name), name)
    methods["refresh"] = _refresh(methods["refresh"], "refresh")
    name = "GuardedSession" if base is Session else f"Guarded{base.__name__}"
    cls = cast("type[GuardedSession]", type(name, bases, methods))
    event.listen(cls, "after_flush", _after_flush)
    event.listen(cls, "before_commit", _before_commit)
    event.listen(cls, "after_commit", _after_commit)
    event.listen(cls, "after_rollback", _after_rollback)
    event.listen(cls, "after_soft_rollback", _after_soft_rollback)
    event.listen(cls, "after_transaction_end", _after_transaction_end)
    lost_writes.watch(cls)
    return cls


# What is cheap is written out here: a call of a function costs as much as all of it.
_ENTER = f"""\
_owner = self.ownership
_task = {TASK}
if (_owner.running is not None or self.closed is not None or _task is None) and not may_enter(
    self, _task, {{name}}
):
    return {{call}}
_owner.running, _owner.operation = _task, {{name}}
try:
"""
_ENTER_AND_USE = f"""\
_owner = self.ownership
_task = {TASK}
if _owner.running is _task:
    if _task is not None and not _owner.heeded:
        use_within(self)
    return {{call}}
if (_owner.running is not None or self.closed is not None or _task is None) and not may_enter(
    self, _task, {{name}}
):
    return {{call}}
if _owner.due and monotonic() > _owner.due:
    report_back(self)
_owner.running, _owner.operation, _owner.heeded = _task, {{name}}, True
try:
"""
_LEAVE = """\
finally:
    _owner.running = None
    if _owner.heeded:
        _owner.leave()
"""
_OPERATION = f"""\
{_ENTER}    return {{call}}
{_LEAVE}"""
_USE = f"""\
{_ENTER_AND_USE}    return {{call}}
{_LEAVE}"""
_SENDING = f"""\
if not in_greenlet() and not is_holding(self):
    refuse_call(self, {{name}})
{_USE}"""
_BULK = f"""\
if not in_greenlet():
    refuse_call(self, {{name}})
{_ENTER_AND_USE}    _result = {{call}}
    _owner.writer = _task
    self.unsaved.note({{name}})
    return _result
{_LEAVE}"""
_STATEMENT = f"""\
if not in_greenlet():
    return refuse(self, {{name}}, lambda: {{call}})
{_ENTER_AND_USE}    if {{options}} and "_sa_orm_load_options" in {{options}}:
        note_load(self, {{first}}, {{options}}["_sa_orm_load_options"])
    _result = {{call}}
    if not getattr({{first}}, "is_select", True):
        after_statement(self, {{first}}, _result, _task)
    return _result
{_LEAVE}"""


def _after_statement(session: GuardedSession, statement: Any, result: Any, task: Task) -> None:
    if not session.in_transaction():
        return
    if statement.is_dml:
        session.ownership.writer = task
    if lost_writes.is_write(statement, result):
        session.unsaved.note(statement)
    if statement.is_update:
        session.changed_by = Discard("the UPDATE", session.ending_at)


_NAMES = {
    **home.NAMES,
    "after_statement": _after_statement,
    "in_greenlet": in_greenlet,
    "is_holding": is_holding,
    "may_enter": may_enter,
    "monotonic": monotonic,
    "note_load": note_load,
    "report_back": held.report_back,
    "refuse": hidden_io.refuse,
    "refuse_call": hidden_io.refuse_call,
    "use_within": held.use_within,
}


def _operation(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _OPERATION, _NAMES)


def _use(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _USE, _NAMES)


def _sending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _SENDING, _NAMES)


def _bulk(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _BULK, _NAMES)


def _statement(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _STATEMENT, _NAMES)


def _ending(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_ending(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        task, owner = current_task(), self.ownership
        if task is None:
            return method(self, *args, **kwargs)
        inside = owner.running is task
        if name in _FLUSHES and not inside and not in_greenlet() and lost_writes.has_changes(self):
            hidden_io.refuse_call(self, name)
        enters = not inside and may_enter(self, task, name)
        if self.blocks and not inside:
            blocks.check(self, name)
        if owner.writer is not None and (name != "flush" or lost_writes.has_changes(self)):
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
        try:
            if task is None or not enters:
                return method(self, *args, **kwargs)
            held.check_back(self, name)
            owner.enter(task, name)
            try:
                return method(self, *args, **kwargs)
            finally:
                owner.leave()
        finally:
            if self.close_resets:
                self.closed = None

    return guarded_closing


def _discard(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def guarded_discard(self: GuardedSession, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        self.discarded_by = Discard(f"{name}()", self.ending_at)
        return result

    return guarded_discard


def _refresh(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    return around(method, name, _REFRESH, {"note_refresh": note_refresh})


_REFRESH = """\
if {names}:
    note_refresh(self, {first}, {names})
return {call}
"""


def _after_flush(session: GuardedSession, _context: object) -> None:
    session.ownership.writer = current_task()
    lost_writes.note_flush(session)
    session.changed_by = Discard("the flush", session.ending_at)


def _before_commit(session: GuardedSession) -> None:
    if session.acknowledged is not None and session.get_nested_transaction() is None:
        report_commit(session)


def _after_commit(session: GuardedSession) -> None:
    if session.expire_on_commit:
        session.discarded_by = Discard("commit()", session.ending_at)


def _after_rollback(session: GuardedSession) -> None:
    session.stale = stale.seen(session)


def _after_soft_rollback(session: GuardedSession, _transaction: SessionTransaction) -> None:
    # Also for savepoints and for blocks that end without a call of `rollback()`.
    session.discarded_by = Discard("rollback()", session.ending_at)


def _after_transaction_end(session: GuardedSession, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.ownership.writer = None
        session.unsaved = Unsaved()
        session.loads.clear()
