"""The part of `Database` that calls functions in transactions, again where the database undoes one."""

from __future__ import annotations

from functools import partial
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    ParamSpec,
    TypeVar,
    TypeVarTuple,
    Unpack,
    overload,
)

from taskbound.group import Concurrent
from taskbound.session import TaskSession
from taskbound.write.entered import enclosing
from taskbound.write.function import check_outside, check_repeatable
from taskbound.write.repeat import Repeated, Repetition
from taskbound.write.transactional import Transactional, transactional

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.transaction import IsolationLevel

T = TypeVar("T")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


class Repeating(Concurrent):
    """The part of `Database` that repeats transactions."""

    @property
    def engine(self) -> AsyncEngine:
        """The engine, whose kind of database says which errors are worth another attempt."""
        raise NotImplementedError

    def begin(
        self,
        *,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
        timeout: float | None = None,
    ) -> AbstractAsyncContextManager[TaskSession]:
        """The block of one attempt."""
        raise NotImplementedError

    @overload
    def run(
        self,
        function: Callable[Concatenate[TaskSession, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Coroutine[Any, Any, T]: ...

    @overload
    def run(
        self,
        function: Callable[[TaskSession, Unpack[Ts]], Awaitable[T]],
        /,
        *args: *Ts,
        attempts: int = 5,
        deadline: float | None = None,
        verify: Callable[[TaskSession, Unpack[Ts]], Awaitable[bool]] | None = None,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
    ) -> Coroutine[Any, Any, T]: ...

    async def run(  # type: ignore[misc]  # mypy wants any keyword of the function to be one of its own
        self,
        function: Any,
        /,
        *args: Any,
        attempts: int = 5,
        deadline: float | None = None,
        verify: Any = None,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
        **kwargs: Any,
    ) -> Any:
        """What `function(session, *args, **kwargs)` returns, in a transaction that was committed.

        ```python
        order_id = await db.run(place_order, command, attempts=3, deadline=2.0)
        ```

        Where the database undoes the transaction, because it met another one or because the connection
        was lost before COMMIT was sent, the function is called again as a whole, with a new session. So
        it must do nothing else that may not be done twice: that belongs into `session.after_commit()`.

        function: a coroutine function; no generator.
        attempts: how often it is called at most, the first time included.
        deadline: seconds for all attempts and the pauses between them; None sets no limit.
        verify: `await verify(session, *args, **kwargs)` says whether it did happen, where a COMMIT was
            sent and its answer lost. True is taken for a success, False for another attempt. Without it
            `CommitOutcomeUnknown` is raised then. It is asked in a transaction of its own.
        read_only, isolation_level: of each transaction, as for `begin()`.

        Raises the error of the last attempt, with a note that says how many there were; at once each
        error that another attempt would meet again; `NotRepeatable` for what cannot be repeated, and
        inside a block of the same database, which would not be repeated with it.
        """
        how = Repetition(attempts=attempts, deadline=deadline, verify=verify)
        terms = {"read_only": read_only, "isolation_level": isolation_level}
        return await self._repeated(how, terms, function, args, kwargs)

    @overload
    def transactional(
        self, function: Callable[Concatenate[TaskSession, P], Awaitable[T]], /
    ) -> Transactional[TaskSession, P, T]: ...

    @overload
    def transactional(
        self,
        *,
        attempts: int = 5,
        deadline: float | None = None,
        verify: Callable[..., Awaitable[bool]] | None = None,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
    ) -> Callable[
        [Callable[Concatenate[TaskSession, P], Awaitable[T]]], Transactional[TaskSession, P, T]
    ]: ...

    def transactional(
        self,
        function: Any = None,
        *,
        attempts: int = 5,
        deadline: float | None = None,
        verify: Callable[..., Awaitable[bool]] | None = None,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
    ) -> Any:
        """Have each call of a function be a transaction, as `run()` makes it.

        ```python
        @db.transactional(attempts=3)
        async def place_order(session: TaskSession, command: PlaceOrder) -> int: ...

        order_id = await place_order(command)
        ```

        It is called without the session. Inside another transaction that is an error; there
        `await place_order.within(session, command)` makes it a part of that one.

        Parameters as for `run()`. Raises `NotRepeatable` for what is no coroutine function.
        """
        how = Repetition(attempts=attempts, deadline=deadline, verify=verify)
        terms = {"read_only": read_only, "isolation_level": isolation_level}

        def decorate(decorated: Callable[..., Awaitable[Any]]) -> Any:
            return transactional(decorated, partial(self._repeated, how, terms))

        return decorate if function is None else decorate(function)

    async def _repeated(
        self,
        how: Repetition,
        terms: dict[str, Any],
        function: Callable[..., Awaitable[Any]],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        check_repeatable(function)
        check_outside(function, enclosing(self.engine.dialect))
        repeated = Repeated(
            function,
            args,
            kwargs,
            how=how,
            begin=lambda left, terms: self.begin(timeout=left, **terms),
            terms=terms,
            dialect=self.engine.dialect.name,
        )
        return await repeated.answer()
