"""`Database`: one engine, its sessions, and the end of both."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from taskbound.awaiting import run_to_the_end
from taskbound.driver import driver_of
from taskbound.engine import sqlite
from taskbound.engine.build import build_engine
from taskbound.engine.closing import Closing
from taskbound.engine.farewell import attend
from taskbound.engine.options import EngineOptions
from taskbound.engine.round_trip import answered
from taskbound.engine.statistics import PoolStatistics, statistics_of
from taskbound.engine.url import masked, read_url
from taskbound.filters.chosen import NO_FILTERS
from taskbound.filters.database import Filtering
from taskbound.group import Groups
from taskbound.guard.engine_home import watch
from taskbound.guard.modes import modes_of
from taskbound.guard.pool_watch import watch_pool
from taskbound.guard.statements import watch_statements
from taskbound.repeating import Repeating
from taskbound.session import TaskSession
from taskbound.transaction import IsolationLevel
from taskbound.write.block import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from sqlalchemy import URL, MetaData, Select

    from taskbound.filters.chosen import Filters
    from taskbound.group.sessions import Sessions
    from taskbound.guard.modes import Guard
    from taskbound.read import Children, Projection, ProjectionQuery
    from taskbound.settings import DatabaseSettings

T = TypeVar("T")


class Database(Repeating, Filtering):
    """One database: its engine, and the sessions that work on it.

    ```python
    db = Database("postgresql+asyncpg://shop:secret@localhost/shop")

    async with db:                                  # closes the connections at the end
        async with db.begin() as session:           # one transaction: commit, or rollback on error
            session.add(Customer(name="Ada"))
        async with db.session() as session:         # a session to read with
            customer = await session.get(Customer, 1)
    ```

    Make one for a process, at import or at start-up: nothing is opened before it is needed. URLs begin
    with `sqlite+aiosqlite`, `postgresql+asyncpg`, `postgresql+psycopg`, `mysql+aiomysql` or
    `mysql+asyncmy`. `sqlite+aiosqlite://` is a private database that goes when it is disposed.

    url: the database and its driver.
    echo: log every statement.
    pool_size: connections that the pool opens at most and keeps.
    max_overflow: connections above `pool_size` that are opened under load, and closed on return.
    pool_timeout: seconds that a checkout waits for a connection before it raises `PoolExhausted`.
    pool_recycle: seconds after which a connection is replaced; None keeps it for ever.
    pool_pre_ping: check a connection at every checkout; costs more than `idle_check`, which is on.
    idle_check: seconds of idleness after which a connection is checked before use; None never does.
    connect_timeout: seconds that opening a connection, or checking an idle one, may take.
    busy_timeout: SQLite: seconds that a statement waits for another connection's lock.
    connect_args: arguments of the driver's own `connect`.
    guard: what is done about misuse. True raises where data would be lost and reports what only costs;
        False makes sessions without the checks; a mode ("raise", "warn", "observe", "off") is for every
        code, and a dict gives modes by code: `{"TB405": "raise", "TB2": "observe"}`.
    held_budget: seconds that a connection may lie idle in a transaction before that is reported (TB405);
        None never does.
    cursor_key: secret bytes that sign the cursors of pages, the same in all workers; None makes them of
        the URL's password.
    engine_options: any other argument of `sqlalchemy.ext.asyncio.create_async_engine`; a `poolclass`
        takes the place of taskbound's pool.

    Raises `SyncDriver` where the URL names no asynchronous driver, `MissingDriver` where the driver
    is not installed, `ValueError` where a number is out of range, and `sqlalchemy.exc.ArgumentError`
    where the text is not a URL.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        echo: bool = False,
        pool_size: int = 10,
        max_overflow: int = 0,
        pool_timeout: float = 10.0,
        pool_recycle: float | None = 1800.0,
        pool_pre_ping: bool = False,
        idle_check: float | None = 5.0,
        connect_timeout: float = 10.0,
        busy_timeout: float = 5.0,
        connect_args: Mapping[str, Any] | None = None,
        guard: Guard = True,
        held_budget: float | None = 1.0,
        cursor_key: bytes | None = None,
        **engine_options: Any,
    ) -> None:
        options = EngineOptions(
            echo=echo,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout,
            pool_recycle=pool_recycle,
            pool_pre_ping=pool_pre_ping,
            idle_check=idle_check,
            connect_timeout=connect_timeout,
            busy_timeout=busy_timeout,
            held_budget=held_budget,
            connect_args=connect_args or {},
        )
        read = read_url(url)
        private = sqlite.private_file(read)
        engine = build_engine(read, options, others=engine_options, private=private)
        self._adopt(engine, url=read, guard=guard, private=private, held_budget=held_budget)
        if cursor_key is not None:
            from taskbound.read import use_key

            use_key(engine.sync_engine, cursor_key)

    @classmethod
    def from_settings(cls, settings: DatabaseSettings | None = None) -> Self:
        """The database that `settings` describe, or the environment where they are None.

        Raises `pydantic.ValidationError` where a setting is missing or does not fit, and what
        `Database` raises.
        """
        # Imported here: pydantic would double the time of `import taskbound`.
        from taskbound.settings import DatabaseSettings

        settings = settings or DatabaseSettings()
        return cls(settings.url.get_secret_value(), **settings.arguments())

    @classmethod
    def from_engine(
        cls, engine: AsyncEngine, *, guard: Guard = True, held_budget: float | None = 1.0
    ) -> Self:
        """The database of an engine that you have made, with its pool and its settings as they are.

        Disposing of the database disposes of the engine. Raises `TypeError` for any other engine.
        """
        if not isinstance(engine, AsyncEngine):
            raise TypeError(
                f"from_engine() takes an AsyncEngine, not {type(engine).__name__}: "
                "make it with create_async_engine()"
            )
        database = cls.__new__(cls)
        watch(engine)
        database._adopt(engine, url=engine.url, guard=guard, private=None, held_budget=held_budget)
        return database

    def _adopt(
        self,
        engine: AsyncEngine,
        *,
        url: URL,
        guard: Guard,
        private: sqlite.PrivateFile | None,
        held_budget: float | None,
    ) -> None:
        self._engine = engine
        self._url = url
        self._private = private
        self._driver = driver_of(url)
        self._farewells = attend(engine.sync_engine, self._driver) if self._driver else None
        self._modes = modes_of(guard)
        self._closing = Closing(engine.sync_engine, masked(url), self._farewells)
        self._groups = Groups(engine, self._modes)
        watch_statements(engine.sync_engine, self._modes)
        watch_pool(engine, self._modes, held_budget)
        laws: dict[str, Any] = {"guard": self._modes, "held_budget": held_budget}
        self._sessions: async_sessionmaker[TaskSession] = async_sessionmaker(
            engine, class_=TaskSession, **laws
        )
        # On SQLite a block that is there to write takes the lock when it begins, so that it sees one
        # state from its first read to its last write.
        self._writers = self._sessions
        if self._url.get_backend_name() == "sqlite":
            writer = engine.execution_options(**{sqlite.BEGIN_OPTION: "IMMEDIATE"})
            self._writers = async_sessionmaker(writer, class_=TaskSession, **laws)

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for everything that SQLAlchemy does with one."""
        return self._engine

    @property
    def sessionmaker(self) -> async_sessionmaker[TaskSession]:
        """The factory behind `session()`, for code that takes an `async_sessionmaker`."""
        if self._filters is NO_FILTERS:
            return self._sessions
        options = {**self._sessions.kw, "filters": self._filters}
        return async_sessionmaker(class_=TaskSession, **options)

    def session(self, *, expire_on_commit: bool = False, **options: Any) -> TaskSession:
        """A new session: `async with db.session() as session:`. What is not committed is rolled back.

        expire_on_commit: True throws what was loaded away at a commit, so that it is read anew.
        options: other arguments of `TaskSession` for this session alone.
        """
        options.setdefault("filters", self._filters)
        session = self._sessions(**options)
        session.sync_session.expire_on_commit = expire_on_commit
        return session

    def begin(
        self,
        *,
        read_only: bool = False,
        isolation_level: IsolationLevel | None = None,
        timeout: float | None = None,
    ) -> AbstractAsyncContextManager[TaskSession]:
        """A session and its one transaction: `async with db.begin() as session:`.

        Commits when the block ends, rolls back when it raises, and closes the session. Until the block
        has ended without an error, nothing has happened. On SQLite the transaction begins with
        `BEGIN IMMEDIATE`, unless it only reads: blocks follow each other, and wait `busy_timeout`
        seconds for their turn.

        read_only: the database refuses every write, and a flush with changes is refused before.
        isolation_level: of this transaction alone; None leaves it to the engine.
        timeout: seconds for the whole block, its wait for a connection and its commit included.
            PostgreSQL and MySQL are told, too. None sets no limit.

        Raises `ValueError` for an isolation level that the engine does not have. The block raises
        `ReadOnlyBlock`, `DeadlineExceeded` when it has taken too long, and `CommitOutcomeUnknown` where
        COMMIT was sent and no answer came.
        """
        session = _made(self._sessions if read_only else self._writers, self._filters)
        transaction = session.begin(
            read_only=read_only, isolation_level=isolation_level, timeout=timeout
        )
        return Block(session, transaction)

    def _sessions_of(
        self, *, snapshot: bool, limit: int | None, read_only: bool
    ) -> AbstractAsyncContextManager[Sessions]:
        if snapshot:
            return self._groups.snapshot(limit, self._filters)
        return self._groups.reading(self.session if read_only else self.begin)

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
        """A read without a session: `await db.project(OrderRead, Order).get(5)`.

        One statement, in one round trip, on a connection of the pool; a read of several statements has
        a transaction of its own. Otherwise as `TaskSession.project`.
        """
        return _pool_query()(
            self._engine.sync_engine,
            self._driver,
            dto,
            statement,
            children=children,
            parameters=parameters,
            filters=self._filters,
        )

    def verify(self, *pairs: tuple[Any, type[Any]]) -> None:
        """Raise now what reads would find at the first request; for start-up.

        ```python
        db.verify((OrderRead, Order), (CustomerRead, Customer))
        ```

        pairs: DTOs, each with the mapped class that it is read from. Nothing is sent to the database.

        Raises what `taskbound.verify` raises for the first DTO that does not fit; its `others` are the
        errors of all that do not.
        """
        from taskbound.plan import verify_all

        verify_all(pairs)

    async def check(self, *, timeout: float = 5.0) -> float:
        """The seconds that one round trip to the database has taken; for a health endpoint.

        timeout: seconds to wait for a connection and the answer together.

        Raises `DatabaseUnavailable` where no answer comes in that time, or an error does.
        """
        return await answered(self._engine, self._driver, self._url, timeout)

    async def create_all(self, metadata: MetaData) -> None:
        """Create the tables of `metadata` that are not there yet; for tests and demos."""
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

    async def drop_all(self, metadata: MetaData) -> None:
        """Drop the tables of `metadata` that are there; for tests and demos."""
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.drop_all)

    def statistics(self) -> PoolStatistics:
        """The connections of the pool now. All zero for a pool that keeps none."""
        return statistics_of(self._engine.pool)

    async def dispose(self) -> None:
        """Close the connections that nobody holds. The database opens new ones when it is used again.

        A private SQLite database is gone then, and the next session finds an empty one.
        """
        await self._engine.dispose()
        if self._farewells is not None:
            await self._farewells.settled()
        if self._private is not None:
            self._private.clear()

    async def close(self, *, grace: float | None = 5.0) -> int:
        """End the database: wait for who is using it, then close every connection.

        From here on nobody gets a connection, and who asks for one gets `DatabaseClosing`. Who holds
        one has time to end. A connection that is still in use then is closed under its task, which gets
        `DatabaseClosing` from the statement that it is waiting for, or from its next one. A second call
        does nothing more; `async with db:` opens the database again.

        grace: seconds that connections in use have; None waits for ever. What is left of them when
            the caller is cancelled is not waited for.

        Returns how many connections were closed under their tasks. The log says whose.
        """
        self._closing.begin()
        try:
            await self._closing.drained(grace)
        finally:
            await run_to_the_end(self._end(grace))
        return self._closing.count

    async def _end(self, grace: float | None) -> None:
        await self._closing.cut(grace)
        await self.dispose()

    async def __aenter__(self) -> Self:
        self._closing.revoke()
        return self

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"Database({masked(self._url)!r})"


def _made(sessions: async_sessionmaker[TaskSession], filters: Filters) -> TaskSession:
    """A session of the factory, as a call of it would make one."""
    # The factory has a frame of its own looked for at each call: whether it was asked for expiry.
    return sessions.class_(**{**sessions.kw, "expire_on_commit": False, "filters": filters})


@cache
def _pool_query() -> Callable[..., ProjectionQuery[Any]]:
    """What makes the query of a pool, imported with the first read as in `TaskSession.project`."""
    from taskbound.read import pool_query

    return pool_query
