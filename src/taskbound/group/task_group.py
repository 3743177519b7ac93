"""`TaskGroup`: asyncio's, whose tasks have a session each."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from typing import TYPE_CHECKING, Any, Self, overload

from taskbound.group.call import Call, Function, P, T

if TYPE_CHECKING:
    from contextvars import Context
    from types import TracebackType

    from taskbound.group.sessions import Sessions
    from taskbound.session import TaskSession


class TaskGroup:
    """Returned by `Database.task_group()`: an `asyncio.TaskGroup` whose tasks have a session each.

    ```python
    async with db.task_group() as tg:
        ada = tg.create_task(fetch_name, 1)             # runs fetch_name(session, 1)
        grace = tg.create_task(fetch_name, 2)
    print(ada.result(), grace.result())
    ```

    The block ends when all tasks have ended. When one raises, the others are cancelled, and the block
    raises an `ExceptionGroup`, as with `asyncio.TaskGroup`. Whatever happens, every connection is back
    in the pool by then.
    """

    def __init__(
        self, sessions: AbstractAsyncContextManager[Sessions], *, limit: int | None
    ) -> None:
        self._opening = sessions
        self._limit = limit
        self._group = asyncio.TaskGroup()
        self._stack = AsyncExitStack()
        self._opener: TaskSession | None = None
        self._turns: AbstractAsyncContextManager[Any] = nullcontext()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            sessions = await stack.enter_async_context(self._opening)
            self._child, self._opener = sessions.child, sessions.opener
            limits = [each for each in (self._limit, sessions.bearable) if each is not None]
            if limits:
                self._turns = asyncio.Semaphore(min(limits))
            await self._group.__aenter__()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        async with self._stack:
            await self._group.__aexit__(type_, value, traceback)

    @property
    def session(self) -> TaskSession:
        """The session of the task that has opened the group, which sees what the children see.

        Raises `RuntimeError` where the group has no snapshot: open a session as always.
        """
        if self._opener is None:
            raise RuntimeError(
                "only an open task_group(snapshot=True) has a session: open one with db.session()"
            )
        return self._opener

    @overload
    def create_task(
        self, call: Call[T], /, *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[T]: ...

    @overload
    def create_task(
        self, function: Function[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> asyncio.Task[T]: ...

    def create_task(self, function: Any, /, *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
        """Run `function(session, *args, **kwargs)` in a task of its own, with a session of its own.

        The task waits for its turn where as many as the group's limit have a session. Every argument is
        the function's. To name the task, or to run it in a context, hand in a `call()`:
        `tg.create_task(call(fetch_name, 1), name="ada")`.

        function: a coroutine function whose first argument is a session.

        Raises `RuntimeError` where the group has not been entered, has ended, or is being cancelled.
        """
        if isinstance(function, Call) and not args:
            return self._create(function, **kwargs)
        return self._create(Call(function, args, kwargs))

    def _create(self, call: Call[T], **own: Any) -> asyncio.Task[T]:
        running = self._run(call)
        try:
            return self._group.create_task(running, **own)
        except BaseException:
            # Python 3.11 and 3.12 leave it behind, and complain later that nobody has awaited it.
            running.close()
            raise

    async def _run(self, call: Call[T]) -> T:
        async with self._turns, self._child() as session:
            return await call(session)

    def __repr__(self) -> str:
        return repr(self._group)
