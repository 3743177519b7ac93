"""`TaskSession`: SQLAlchemy's `AsyncSession`, bound to its task."""

from __future__ import annotations

import sys
from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    ParamSpec,
    TypeVar,
    cast,
    overload,
)

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import Session

from taskbound.closing import ClosingSession
from taskbound.driver.terms import Terms
from taskbound.engine.terms import check_terms
from taskbound.filters.chosen import NO_FILTERS, Filters
from taskbound.filters.left_out import tell_left_out
from taskbound.filters.session import FilteredSession, filtered_class
from taskbound.guard.ending import Ending, EndingHere
from taskbound.guard.modes import modes_of
from taskbound.guard.report import report
from taskbound.guard.session import GuardedSession, guarded
from taskbound.guard.statements import watch_statements
from taskbound.guard.unused_loads import watch_eager
from taskbound.place import calling_spot
from taskbound.transaction import (
    IsolationLevel,
    TaskTransaction,
    commits_here,
    committed_raw,
)
from taskbound.write.after_commit import AfterCommit
from taskbound.write.block import Block
from taskbound.write.commit import commit_whole

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from sqlalchemy import Select
    from sqlalchemy.orm import SessionTransaction

    from taskbound.guard.modes import Guard, Modes
    from taskbound.read import Children, Projection, ProjectionQuery

T = TypeVar("T")
P = ParamSpec("P")

# Where the factory makes a session; it tells its own defaults from a request by their order alone.
_FACTORY = async_sessionmaker.__call__.__code__


class TaskSession(ClosingSession):
    """An `AsyncSession` that refuses what would corrupt its unit of work.

    Everything that `AsyncSession` does, it does; `expire_on_commit` is False unless asked for. It is
    made by `Database.session()`, or by your own factory:

    ```python
    sessions = async_sessionmaker(engine, class_=TaskSession)
    ```

    What it refuses, each before anything is sent:

    - an operation while another task is inside the session: `OverlappingOperations`;
    - ending a unit of work that another, unfinished task has begun to write: `InterleavedWork`;
    - use after `close()`: `SessionClosed` (`reset()` ends the work of a session that goes on);
    - reading an attribute that would have to send SQL: `HiddenIO`, which is a `MissingGreenlet`.

    Parameters are those of `AsyncSession`, of which `close_resets_only=True` has a closed session go on as
    SQLAlchemy's does, and:

    guard: False leaves the checks out; what `AsyncSession` lets pass then passes. Modes by code are as
        for `Database`.

    held_budget: as for `Database`.

    filters: the values that filters of models have in this session, and which are left out.

    An `async_sessionmaker` passes `expire_on_commit=True` on whether it was made with it or not, so that
    is not heard: `class_=ExpiringTaskSession` asks for it, or the call, `sessions(expire_on_commit=True)`.
    """

    _expires: ClassVar[bool] = False
    # Where the last read went to.
    _kept_source: Any = None

    def __init__(
        self,
        bind: Any = None,
        *,
        guard: Guard | Modes = True,
        held_budget: float | None = 1.0,
        expire_on_commit: bool | None = None,
        sync_session_class: type[Session] | None = None,
        filters: Filters = NO_FILTERS,
        **options: Any,
    ) -> None:
        base = sync_session_class or self.sync_session_class
        modes = modes_of(guard)
        if isinstance(bind, AsyncEngine):
            watch_statements(bind.sync_engine, modes)
        super().__init__(
            bind,
            expire_on_commit=self._expiry(expire_on_commit),
            sync_session_class=guarded(base) if modes.for_sessions else base,
            **options,
        )
        self._after: AfterCommit | None = None
        self._made_with = (bind, modes, held_budget, sync_session_class, filters, options)
        if not isinstance(self.sync_session, FilteredSession):
            self.sync_session.__class__ = filtered_class(type(self.sync_session))
        if filters is not NO_FILTERS:
            cast("FilteredSession", self.sync_session).filters = filters
            tell_left_out(filters)
        # What was asked for, as `AsyncSession` has it: the guarded form of it is no one's business.
        self.sync_session_class = base
        if isinstance(self.sync_session, GuardedSession):
            self.sync_session.modes = modes
            if held_budget and modes.of("TB405") != "off":
                self.sync_session.ownership.budget = held_budget
            if modes.of("TB207") != "off":
                watch_eager(self.sync_session)

    def begin(
        self,
        *,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
        timeout: float | None = None,
    ) -> TaskTransaction:
        """The session's transaction: `async with session.begin():` commits, or rolls back on error.

        read_only: the database refuses every write, and a flush with changes is refused before.
        isolation_level: of this transaction alone; None leaves it to the engine.
        timeout: seconds for the whole block, its wait for a connection and its commit included.
            PostgreSQL and MySQL are told, too. None sets no limit.

        Raises `ValueError` for an isolation level that the engine does not have. The block raises
        `ReadOnlyBlock`, `DeadlineExceeded` when it has taken too long, and `CommitOutcomeUnknown` where
        that was in the middle of the COMMIT.
        """
        if not read_only and isolation_level is None and timeout is None:
            return self._transaction(nested=False)
        terms, bind = Terms(isolation_level, read_only, timeout), self.sync_session.bind
        if timeout is not None and timeout <= 0:
            raise ValueError(f"timeout must be more than 0 seconds, not {timeout!r}")
        if bind is not None:
            check_terms(terms, bind.dialect.name)
        return self._transaction(nested=False, terms=terms)

    def begin_nested(self) -> TaskTransaction:
        """A savepoint: `async with session.begin_nested():` releases it, or rolls back to it."""
        return self._transaction(nested=True)

    def get_transaction(self) -> TaskTransaction | None:
        """The transaction that the session is in, or None."""
        return self._proxy(self.sync_session.get_transaction())

    def get_nested_transaction(self) -> TaskTransaction | None:
        """The innermost savepoint that the session is in, or None."""
        return self._proxy(self.sync_session.get_nested_transaction())

    @overload
    def project(
        self,
        dto: type[T],
        statement: Select[Any] | type[Any],
        /,
        *,
        children: Children | None = None,
        **parameters: Any,
    ) -> ProjectionQuery[T]: ...

    @overload
    def project(self, prepared: Projection[T], /, **parameters: Any) -> ProjectionQuery[T]: ...

    def project(
        self, dto: Any, statement: Any = None, /, *, children: Any = None, **parameters: Any
    ) -> ProjectionQuery[Any]:
        """A read of DTOs: `await session.project(OrderRead, select(Order).where(...)).one()`.

        The DTO is the plan of the query: its fields name the columns, joins and children to read, and
        nothing else is. No entity is made, so nothing is left that could load anything later.

        Where the session is in a transaction, the read is in it too and sees what the session has
        flushed, after an autoflush as for any query. Where it is in none, the read is one round trip on
        a connection of the pool, and no transaction is begun.

        dto: a Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict or NamedTuple; or what
            `projection()` has prepared, and then no statement.
        statement: a `select()` of the mapped class, or the class itself. It says which rows, and in
            which order.
        children: "batch" reads children by a statement of their own for each level, "inline" in the
            same statement where the driver can; None leaves that to the plan.
        parameters: values for each `bindparam` that the statement names.

        Raises `UnfitParameters` where a prepared projection does not take these parameters.
        """
        query = _session_query()(
            self.sync_session,
            self._door(),
            self._kept_source,
            dto,
            statement,
            children=children,
            parameters=parameters,
        )
        self._kept_source = query._source
        return query

    async def commit(self) -> None:
        """Commit the session's transaction. What was flushed or added is in the database then.

        A cancellation that comes once COMMIT is sent is raised when its answer is there, or after
        0.2 s: `outcome_of(error)` says what has become of it.

        Raises `CommitOutcomeUnknown` where COMMIT was sent and no answer came, and what
        `AsyncSession.commit()` raises.
        """
        guard = self._guard
        if guard is not None and (guard.closed is not None or guard.ownership.is_taken):
            # It is refused, or reported and let in, where it is called.
            await super().commit()
            return
        if guard is not None and (refusal := guard.ownership.refusal("commit", guard.modes)):
            report(refusal, refusal.place, guard.modes)
        with EndingHere(guard):
            here = commits_here(self.sync_session._transaction)
            await self._with_work(self._committed(guard), here=here)

    async def _committed(self, guard: GuardedSession | None) -> None:
        commit = getattr(self.sync_session_class, "commit", None)
        if commit is Session.commit and (guard is None or not guard.blocks):
            with Ending(guard, "commit"):
                if await committed_raw(self.sync_session._transaction, guard):
                    return
        await super().commit()

    @overload
    def after_commit(
        self,
        function: Callable[Concatenate[TaskSession, P], Awaitable[object]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None: ...

    @overload
    def after_commit(
        self, function: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs
    ) -> None: ...

    def after_commit(self, function: Callable[..., object], /, *args: Any, **kwargs: Any) -> None:
        """Have a function called when the session's transaction was committed, and only then.

        ```python
        session.add(order)
        session.after_commit(confirm, order.reference)       # calls confirm(session, reference)
        ```

        It is called after the commit of the outermost transaction, in the order of these calls, before the
        block or `commit()` goes on. Where the transaction is rolled back, or the savepoint in which
        this was called, it is not. What it raises is logged and an `AfterCommitFailed` event, since the
        commit stands. A cancellation of the block does not end it.

        function: a coroutine function whose first parameter is called `session`, or is annotated as one,
            is called with a session of its own, in a transaction that is committed when it returns. Any
            other function is called with the arguments alone. It is not given this session, and the
            entities in it belong to this session: hand keys over.
        """
        if self._after is None:
            self._after = AfterCommit(self.sync_session, self._begin_again)
        self._after.add(function, args, kwargs)

    async def run_sync(
        self, fn: Callable[Concatenate[Session, P], T], *arg: P.args, **kw: P.kwargs
    ) -> T:
        """Call a synchronous function with the synchronous session, as `AsyncSession.run_sync()` does."""
        result = await super().run_sync(fn, *arg, **kw)
        if self._after is not None:
            # It may have committed.
            await self._after.finish()
        return result

    def _begin_again(self) -> Block[TaskSession]:
        bind, modes, held_budget, sync_session_class, filters, options = self._made_with
        session = type(self)(
            bind,
            guard=modes,
            held_budget=held_budget,
            expire_on_commit=self.sync_session.expire_on_commit,
            sync_session_class=sync_session_class,
            filters=filters,
            **options,
        )
        return Block(session, session.begin())

    async def _with_work(
        self,
        committing: Coroutine[Any, Any, None],
        until: float | None = None,
        *,
        here: bool = False,
    ) -> None:
        """Commit, as `commit_whole`, and do what was to be done after that."""
        try:
            await commit_whole(committing, until, here=here)
        except BaseException:
            # It may be through all the same, and its task cancelled.
            if self._after is not None:
                self._after.start()
            raise
        if self._after is not None:
            await self._after.finish()

    def _maker_context_manager(self) -> Any:
        # What `async_sessionmaker.begin()` returns.
        return Block(self, self.begin())

    def _transaction(self, *, nested: bool, terms: Terms | None = None) -> TaskTransaction:
        transaction = TaskTransaction(self, nested, terms)
        if self._guard is not None:
            transaction._called_at = calling_spot()
        return transaction

    def _proxy(self, transaction: SessionTransaction | None) -> TaskTransaction | None:
        if transaction is None:
            return None
        return TaskTransaction._retrieve_proxy_for_target(transaction, async_session=self)

    def _expiry(self, asked: bool | None) -> bool:
        if asked is None or (asked and _is_default_of_factory()):
            return self._expires
        return asked

    @property
    def filters(self) -> Filters:
        """The values that filters of models have in this session, and which are left out."""
        return cast("FilteredSession", self.sync_session).filters


class ExpiringTaskSession(TaskSession):
    """A `TaskSession` whose commit expires what it has loaded, as SQLAlchemy's default does.

    For code that counts on fresh values after a commit, through `refresh`, `awaitable_attrs` or
    `run_sync`: `async_sessionmaker(engine, class_=ExpiringTaskSession)`.
    """

    _expires = True


@cache
def _session_query() -> Callable[..., ProjectionQuery[Any]]:
    """What makes the query of a session, imported with the first read.

    Plans and SQL take a third of the time of SQLAlchemy's own import.
    """
    from taskbound.read import session_query

    return session_query


def _is_default_of_factory() -> bool:
    """Whether an `async_sessionmaker` constructs the session, and was not asked for expiry by its call.

    It puts what it was made with behind what it is called with.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_name in {"__init__", "_expiry"}:
        frame = frame.f_back
    if frame.f_code is not _FACTORY:
        return False
    names = list(frame.f_locals["local_kw"])
    return names.index("expire_on_commit") > names.index("autoflush")
