"""The connection pool: of a fixed size, at home in one event loop, trusting what was just used."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet, ref

from greenlet import getcurrent
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.pool.base import _finalize_fairy

from taskbound.awaiting import current_task
from taskbound.engine.holders import (
    NOWHERE,
    Stamp,
    Watch,
    holder_of,
    holders_of,
    is_beside,
    is_in_transaction,
)
from taskbound.errors import ForeignLoop, Holder, PoolExhausted
from taskbound.place import awaiting_line, calling_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from sqlalchemy import Dialect, Engine
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

    from taskbound.driver.facts import Driver

# Keys in the dictionaries that SQLAlchemy keeps with a connection and with its place in the pool.
_IDLE_SINCE = "taskbound.idle_since"
HOME = "taskbound.home"
# Under which key the pool has the stamp of who holds the connection.
_HELD = "taskbound.held"
# On an error of the system: that it has come of opening a connection.
_UNREACHED = "_taskbound_unreached"
# When the connection last answered a check, by `time.monotonic()`.
CHECKED = "taskbound.checked"


class _Forks:
    """Counts the forks between the first process and this one."""

    count = 0


def _forked() -> None:
    _Forks.count += 1
    for engine in _watched:
        # The pool of an engine of the user's own does not look where it is when it is disposed.
        inherit(engine.pool)
        engine.dispose(close=False)


# Connections that a forked child has inherited. They are the parent's: to close one, or to let it be
# collected, would take it out of the event poll that both processes share.
_inherited: list[object] = []


# Engines whose pool is not taskbound's.
_watched: WeakSet[Engine] = WeakSet()

os.register_at_fork(after_in_child=_forked)


def replace_after_fork(engine: Engine) -> None:
    """Have a forked child begin with an empty pool."""
    _watched.add(engine)


def inherit(held: object) -> None:
    """Keep a connection or a pool of the parent process untouched for the rest of this one's life."""
    _inherited.append(held)


class Home:
    """The event loop and the process in which a pool's connections were opened."""

    __slots__ = ("forks", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop: asyncio.AbstractEventLoop = loop
        self.forks: int = _Forks.count

    def is_here(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether the running code is at home."""
        return self.loop is loop and self.forks == _Forks.count

    @property
    def was_forked(self) -> bool:
        """Whether this process is a child of the one that opened the connections."""
        return self.forks != _Forks.count

    @property
    def is_gone(self) -> bool:
        """Whether nobody can be at home again: the loop is closed, or is the parent process's."""
        return self.was_forked or self.loop.is_closed()


# For the keys of connections whose task holds one already.
_seconds = itertools.count(1)


def _is_collecting() -> bool:
    """Whether a connection comes back because the garbage collector has found it."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not _finalize_fairy.__code__:
        frame = frame.f_back
    return frame is not None and bool(frame.f_locals.get("is_gc_cleanup"))


def _connected(create: Callable[[ConnectionPoolEntry], Any], record: ConnectionPoolEntry) -> Any:
    """A new connection, or the error that says that there was none to be had."""
    try:
        return create(record)
    except OSError as error:
        # asyncpg raises the system's own, which code of the user's might raise as well.
        error.__dict__[_UNREACHED] = True
        raise


def is_unreached(error: BaseException) -> bool:
    """Whether an error of the system has come of opening a connection."""
    return _UNREACHED in getattr(error, "__dict__", ())


def _slot(record: ConnectionPoolEntry) -> dict[Any, Any]:
    """What stays with the place in the pool when its connection is replaced."""
    return cast("dict[Any, Any]", record.record_info)


class TaskPool(AsyncAdaptedQueuePool):
    """A queue pool that checks connections after idleness only, and moves house when it must.

    A connection that was returned less than `idle_check` seconds ago is handed out as it is. An older
    one runs one statement first, and is replaced where that fails; SQLAlchemy's `pool_pre_ping` would
    spend three round trips on every checkout with asyncpg.

    The pool belongs to the event loop of its first checkout. Once that loop is closed, or in a forked
    child, it drops its connections unused and starts anew. While that loop is open, a checkout from
    another one raises `ForeignLoop`.
    """

    def __init__(
        self,
        creator: Any,
        # `create_engine` finds a pool's own arguments by name, and only those before the `*`.
        driver: Driver | None = None,
        label: str = "",
        idle_check: float | None = None,
        ping_timeout: float = 10.0,
        **options: Any,
    ) -> None:
        super().__init__(creator, **options)
        self._invoke_creator = partial(_connected, self._invoke_creator)
        self._driver = driver
        self._label = label
        self._idle_check = idle_check
        self._ping_timeout = ping_timeout
        self._home: Home | None = None
        self._disposed = False
        # The stamp of each connection that is taken, by the id of the task that took it.
        self._stamps: dict[int, Stamp] = {}
        # Where a transaction takes a connection that is ready, outside a greenlet, while it does.
        self._taken_from: FrameType | None = None
        self.watch: Watch | None = None

    def holder_of(self, record: ConnectionPoolEntry) -> Holder | None:
        """Who has a connection; None where nobody is known to."""
        left = self._stamps.get(_slot(record).get(_HELD, 0))
        return holder_of(left, self._driver) if left is not None else None

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Who has which connection, the longest first."""
        return holders_of(self._stamps.values(), self._driver)

    @property
    def has_ready(self) -> bool:
        """Whether a checkout now needs to send nothing: a connection is idle, at home, and fresh."""
        queue = self._pool._queue._queue  # type: ignore[attr-defined]  # of asyncio's queue
        if not queue or self._pre_ping or self.dispatch.checkout:
            return False
        home = self._home
        if home is None or not home.is_here(asyncio.get_running_loop()):
            return False
        record = queue[-1 if self._pool.use_lifo else 0]
        idle_since = record.info.get(_IDLE_SINCE)
        if idle_since is None or not record.dbapi_connection:
            return False
        if self._is_stale(idle_since, time.monotonic()):
            return False
        return not record._is_hard_or_soft_invalidated() and not self._is_old(record)

    def connect_here(self) -> PoolProxiedConnection:
        """As `connect()`, for a transaction that begins outside a greenlet; `has_ready` is true."""
        self._taken_from = sys._getframe(1)
        try:
            return self.connect()
        finally:
            self._taken_from = None

    def _is_old(self, record: ConnectionPoolEntry) -> bool:
        """Whether the checkout would replace the connection for its age."""
        started: float = record.starttime  # type: ignore[attr-defined]
        return started < self._invalidate_time or -1 < self._recycle < time.time() - started

    @property
    def takes_at_once(self) -> bool:
        """Whether a connection that comes back is kept, so that nothing is sent."""
        told = self.dispatch
        return not (self._disposed or self._max_overflow or told.reset or told.checkin)

    def dispose(self) -> None:
        """Close the idle connections, and from now on each other one when it is returned."""
        self._disposed = True
        home = self._home
        if home is not None and home.is_gone:
            self._empty(home)
        elif home is None or asyncio._get_running_loop() in {None, home.loop}:
            super().dispose()
        else:
            raise ForeignLoop(url=self._label, place=calling_place())

    def recreate(self) -> TaskPool:
        """A new, empty pool with the same settings: what `AsyncEngine.dispose()` leaves behind."""
        pool = type(self)(
            self._creator,
            driver=self._driver,
            label=self._label,
            idle_check=self._idle_check,
            ping_timeout=self._ping_timeout,
            pool_size=self._pool.maxsize,
            max_overflow=self._max_overflow,
            timeout=self._timeout,
            use_lifo=self._pool.use_lifo,
            pre_ping=self._pre_ping,
            recycle=self._recycle,
            echo=self.echo,
            logging_name=self._orig_logging_name,
            reset_on_return=self._reset_on_return,
            _dispatch=self.dispatch,
            dialect=self._dialect,
        )
        pool.watch = self.watch
        return pool

    def _do_get(self) -> ConnectionPoolEntry:
        frame = self._taken_from
        if frame is None:
            loop = asyncio.get_running_loop()
            if self._home is None or not self._home.is_here(loop):
                self._move(loop)
        task = current_task()
        key = id(task)
        if key in self._stamps:
            key = self._key_of_second(task, key)
        # What is there is taken without waiting; older versions of SQLAlchemy wait for it in a greenlet.
        idle = self._pool._queue  # type: ignore[attr-defined]  # of asyncio
        record = idle._get() if idle._queue else self._wait()
        now = time.monotonic()
        idle_since = record.info.pop(_IDLE_SINCE, None)
        if frame is None and idle_since is not None and self._is_stale(idle_since, now):
            self._verify(record)
        if task is not None:
            # Written out: a call less is a tenth of what a checkout costs more for it.
            if frame is None and (spawner := getcurrent().parent) is not None:
                frame = spawner.gr_frame
            line = None if frame is None else awaiting_line(frame) or NOWHERE
            record.record_info[_HELD] = key  # type: ignore[index]  # of a connection that is here
            self._stamps[key] = (ref(task), now, line, record)
        return record

    def _key_of_second(self, task: asyncio.Task[Any] | None, key: int) -> int:
        """A key for the stamp of a task that has left one already, and may be told so."""
        first = self._stamps[key]
        # Another task may have had the same id, and be gone.
        if self.watch is not None and first[0]() is task and not is_beside():
            self.watch.nested(holder_of(first, self._driver))
        return -next(_seconds)

    def _wait(self) -> ConnectionPoolEntry:
        try:
            return super()._do_get()
        except PoolExhausted:
            # SQLAlchemy's method calls the one above again.
            raise
        except PoolTimeout:
            holders = self.holders
            if self.watch is not None:
                self.watch.exhausted(holders)
            raise PoolExhausted(
                place=calling_place(), seconds=self._timeout, holders=holders
            ) from None

    def _create_connection(self) -> ConnectionPoolEntry:
        record = super()._create_connection()
        _slot(record)[HOME] = self._home
        return record

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        slot = _slot(record)
        left = self._stamps.pop(slot.pop(_HELD, 0), None)
        home = slot.get(HOME)
        if home is not self._home or (home is not None and home.was_forked):
            # Checked out before the pool moved; it has no place in the new one.
            self._drop(record, home)
            return
        if self._disposed:
            # SQLAlchemy would keep it in a pool that nobody has a reference to any more.
            record.close()
            return
        # What taskbound sends by itself, outside a greenlet, begins nothing.
        if left is not None and left[2] is not None and self._is_bad(record):
            self._return_bad(record, left)
            return
        record.info[_IDLE_SINCE] = time.monotonic()
        idle = self._pool._queue  # type: ignore[attr-defined]  # of asyncio
        if idle._getters or idle.full():
            super()._do_return_conn(record)
        else:
            idle._put(record)

    def _is_bad(self, record: ConnectionPoolEntry) -> bool:
        """Whether a connection that comes back is in a transaction, or is none any more."""
        return record.dbapi_connection is None or bool(is_in_transaction(record, self._driver))

    def _return_bad(self, record: ConnectionPoolEntry, left: Stamp) -> None:
        holder = holder_of(left, self._driver)
        is_open, is_garbage = record.dbapi_connection is not None, _is_collecting()
        if is_open:
            record.invalidate()
        super()._do_return_conn(record)
        if self.watch is not None and is_open:
            self.watch.returned_open(holder)
        elif self.watch is not None and is_garbage:
            self.watch.thrown_away(holder)

    def _is_stale(self, idle_since: float, now: float) -> bool:
        return self._idle_check is not None and now - idle_since >= self._idle_check

    def _verify(self, record: ConnectionPoolEntry) -> None:
        """Run one statement; a connection that fails it is replaced by the checkout."""
        try:
            self._ping(record)
            record.info[CHECKED] = time.monotonic()
        except Exception as error:  # noqa: BLE001  # however it fails, it is not to be used
            record.invalidate(error)
        except BaseException as error:
            record.invalidate(error)
            super()._do_return_conn(record)
            raise

    def _ping(self, record: ConnectionPoolEntry) -> None:
        connection, driver = record.dbapi_connection, self._driver
        if connection is None:
            return
        if driver is None:
            cast("Dialect", self._dialect).do_ping(connection)
            return
        ping, seconds = driver.ping, self._ping_timeout
        connection.run_async(lambda raw: asyncio.wait_for(ping(raw), seconds))

    def _move(self, loop: asyncio.AbstractEventLoop) -> None:
        home = self._home
        if home is not None and not home.is_gone:
            raise ForeignLoop(url=self._label, place=calling_place())
        self._home = Home(loop)
        self._empty(home)

    def _empty(self, home: Home | None) -> None:
        """Begin with an empty queue, and let go of what was in the old one."""
        idle = self._pool
        self._pool = self._queue_class(idle.maxsize, use_lifo=idle.use_lifo)
        self._overflow = -idle.maxsize
        self._stamps = {}
        while not idle.empty():
            self._drop(idle.get_nowait(), home)

    def _drop(self, record: ConnectionPoolEntry, home: Home | None) -> None:
        """Let go of a connection whose event loop cannot close it any more."""
        if home is not None and home.was_forked:
            inherit(record)
        elif self._driver is not None and record.driver_connection is not None:
            self._driver.sever(record.driver_connection)
