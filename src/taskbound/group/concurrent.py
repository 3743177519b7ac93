"""What a database does at the same time: `task_group()` and `gather()`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from taskbound.group.gathering import gathered
from taskbound.group.task_group import TaskGroup
from taskbound.session import TaskSession

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from taskbound.group.sessions import Sessions

T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")
T5 = TypeVar("T5")
T6 = TypeVar("T6")

OfSession: TypeAlias = Callable[[TaskSession], Coroutine[Any, Any, T]]


class Concurrent:
    """The part of `Database` that works at the same time."""

    def task_group(
        self, *, snapshot: bool = False, limit: int | None = None, read_only: bool = True
    ) -> TaskGroup:
        """A group of tasks with a session each: `async with db.task_group() as tg:`.

        Everything that `asyncio.TaskGroup` does, it does. `tg.create_task(fetch_name, 1)` runs
        `fetch_name(session, 1)`; the session is closed when that has ended. A task waits for its turn,
        holding no connection, where `limit` others have a session.

        snapshot: all tasks, and `tg.session`, see the database as it was when the block began.
        limit: tasks that have a session at a time; None means as many as the pool has connections. It
            is never more than that.
        read_only: True gives each task a `session()` to read with. False gives each a `begin()` block:
            it commits when its function returns, whatever becomes of the others, and rolls back when
            its function raises.

        Raises `ValueError` for a limit below 1, and for a snapshot that is to be written to.
        """
        if limit is not None and limit < 1:
            raise ValueError(f"limit must be at least 1, not {limit!r}")
        if snapshot and not read_only:
            raise ValueError(
                "a snapshot is for reading: leave read_only=False or snapshot=True out"
            )
        sessions = self._sessions_of(snapshot=snapshot, limit=limit, read_only=read_only)
        return TaskGroup(sessions, limit=limit)

    def _sessions_of(
        self, *, snapshot: bool, limit: int | None, read_only: bool
    ) -> AbstractAsyncContextManager[Sessions]:
        """The sessions of a group."""
        raise NotImplementedError

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1]: ...

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        second: OfSession[T2],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1, T2]: ...

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        second: OfSession[T2],
        third: OfSession[T3],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1, T2, T3]: ...

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        second: OfSession[T2],
        third: OfSession[T3],
        fourth: OfSession[T4],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1, T2, T3, T4]: ...

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        second: OfSession[T2],
        third: OfSession[T3],
        fourth: OfSession[T4],
        fifth: OfSession[T5],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1, T2, T3, T4, T5]: ...

    @overload
    async def gather(
        self,
        first: OfSession[T1],
        second: OfSession[T2],
        third: OfSession[T3],
        fourth: OfSession[T4],
        fifth: OfSession[T5],
        sixth: OfSession[T6],
        /,
        *,
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T1, T2, T3, T4, T5, T6]: ...

    @overload
    async def gather(
        self,
        *functions: OfSession[T],
        snapshot: bool = ...,
        limit: int | None = ...,
        read_only: bool = ...,
    ) -> tuple[T, ...]: ...

    async def gather(
        self,
        *functions: OfSession[Any],
        snapshot: bool = False,
        limit: int | None = None,
        read_only: bool = True,
    ) -> tuple[Any, ...]:
        """Call functions at the same time, each with a session of its own; their results, in order.

        ```python
        name, total = await db.gather(call(fetch_name, 1), call(fetch_total, 2))
        orders, names = await db.gather(newest_orders, lambda session: names_of(session, limit=5))
        ```

        functions: coroutine functions of one argument, the session. `call(fetch_name, 1)` makes one of
            a function with more arguments.
        snapshot, limit, read_only: as for `task_group`.

        Where one of them raises, the others are cancelled, every connection goes back to the pool, and
        then that first error is raised as it is, not in a group. What others raised while they were
        being cancelled is noted on it. Raises what `task_group` raises.
        """
        group = self.task_group(snapshot=snapshot, limit=limit, read_only=read_only)
        return await gathered(group, functions)
