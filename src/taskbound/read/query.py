"""`ProjectionQuery`: what `session.project(...)` returns, and what can be asked of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from taskbound.errors import MultipleFound, NotFound
from taskbound.filters.left_out import tell_left_out
from taskbound.read.asked import Asked
from taskbound.read.explanation import Explanation, explained
from taskbound.read.identity import by_key, values_of
from taskbound.read.listening import listened
from taskbound.read.locking import Lock, LockingSource, locking
from taskbound.read.page import Page, Total, page_by_cursor, page_by_number
from taskbound.read.parameters import check_children
from taskbound.read.pool_source import PoolSource
from taskbound.read.prepared import Projection
from taskbound.read.run import read
from taskbound.read.session_source import SessionSource
from taskbound.read.stream import check_size, stream
from taskbound.read.writing import read_json
from taskbound.shape import spelled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from sqlalchemy import Engine, Select
    from sqlalchemy.orm import Session

    from taskbound.driver.facts import Driver
    from taskbound.filters.chosen import Filters
    from taskbound.plan import Plan
    from taskbound.read.operating import Operating
    from taskbound.read.run import Source
    from taskbound.statement import Children, Counting

T = TypeVar("T")


class ProjectionQuery(Generic[T]):
    """A DTO to be read from a statement. Nothing is sent before one of its methods is awaited.

    ```python
    order = await session.project(OrderRead, select(Order).where(Order.id == 5)).one()
    ```

    Each method raises `sqlalchemy.exc.DBAPIError` where the database refuses the statement, the DTO's own
    error where that refuses a value (`pydantic.ValidationError`), and, at the first use of a DTO with a
    statement that was not prepared, what `verify` raises and `UnfitStatement`.
    """

    __slots__ = ("_asked", "_source")

    def __init__(self, source: Source, asked: Asked[T]) -> None:
        self._source = source
        self._asked = asked

    def unfiltered(self, *names: str) -> ProjectionQuery[T]:
        """The same query without the filters of these names, for what is to see all rows.

        ```python
        deleted = await session.project(OrderRead, Order).unfiltered("soft_delete").all()
        ```

        Raises `TypeError` where no name is given.
        """
        asked = self._asked.unfiltered(names)
        tell_left_out(asked.filters)
        return ProjectionQuery(self._source, asked)

    async def all(self) -> list[T]:
        """Every row, in the order of the statement."""
        return await read(self._source, self._asked.ready(self._source.target))

    async def one(self) -> T:
        """The only row. Raises `NotFound` where there is none, `MultipleFound` where there are several."""
        source = self._source
        rows: list[T] = await read(source, self._asked.ready(source.target))
        if len(rows) == 1:
            return rows[0]
        raise self._several() if rows else self._none()

    async def one_or_none(self) -> T | None:
        """The only row, or None where there is none. Raises `MultipleFound` where there are several."""
        rows = await self.all()
        if len(rows) > 1:
            raise self._several()
        return rows[0] if rows else None

    async def first(self) -> T | None:
        """The first row, or None where there is none. The database is asked for one row only."""
        asked = self._asked.derived("first", _limited)
        rows = await read(self._source, asked.ready(self._source.target))
        return rows[0] if rows else None

    async def get(self, key: Any) -> T | None:
        """The row with a primary key, or None where the statement has none such.

        key: a value; for a key of several columns a tuple in their order, or a dict by attribute.

        Raises `UnfitParameters` where the key is not one of the model's.
        """
        asked = by_key(self._asked, key)
        rows = await read(self._source, asked.ready(self._source.target))
        return rows[0] if rows else None

    async def get_one(self, key: Any) -> T:
        """The row with a primary key. Raises `NotFound` where the statement has none such, and as `get`."""
        found = await self.get(key)
        if found is None:
            raise self._none(tuple(values_of(self._plan, key).values()))
        return found

    async def page(
        self,
        *,
        size: int = 50,
        after: str | None = None,
        before: str | None = None,
        total: Total = "none",
    ) -> Page[T]:
        """The rows that follow a cursor, or precede one, in the order of the statement.

        Works on any statement with columns and expressions in its `order_by()`; the primary key tells
        equal rows apart. The cost does not grow with the pages that lie before.

        size: rows, from 1 to 1,000.
        after, before: `next` or `previous` of another page of this query; None begins at the first row.
        total: "exact" counts all rows, a number counts no further than to it, "none" does not count.

        Raises `UnfitPage` where `size` or `total` cannot be, both cursors are given, or the statement's
        order cannot be continued; `UnfitCursor` where a cursor was changed or is of another query.
        """
        return await page_by_cursor(
            self._source, self._asked, size=size, after=after, before=before, total=total
        )

    async def page_at(self, *, offset: int = 0, size: int = 50, total: Total = "none") -> Page[T]:
        """The rows behind the first `offset` of them, in the order of the statement.

        The database reads the rows before, too, and each one that is inserted or deleted meanwhile
        shifts the pages: `page()` does neither.

        Raises `UnfitPage` as `page()`, and where `offset` is below 0.
        """
        return await page_by_number(
            self._source, self._asked, size=size, offset=offset, total=total
        )

    def with_for_update(
        self,
        *,
        nowait: bool = False,
        read: bool = False,
        skip_locked: bool = False,
        key_share: bool = False,
    ) -> ProjectionQuery[T]:
        """The same query with a lock on its rows: `SELECT ... FOR UPDATE OF orders`.

        ```python
        order = await session.project(OrderRead, Order).with_for_update().get_one(5)
        ```

        Nobody else can write or lock the rows until the end of the session's transaction, which is begun
        where the session is in none. What is joined for the DTO is not locked, but on MariaDB, which has no
        `OF`. On `db.project` the lock ends with the statement.

        SQLite has no locks of rows, and hears none of the parameters: the transaction takes the write lock of
        the database, as its first write would, and waits for it as long as for a write.

        nowait: a row that is locked is a `sqlalchemy.exc.DBAPIError` at once, instead of a wait.
        read: `FOR SHARE`: others can read and lock the rows so as well.
        skip_locked: rows that are locked are left out.
        key_share: `FOR NO KEY UPDATE`, which lets others insert what refers to the rows; PostgreSQL alone.
        """
        self._asked.planned()
        lock = Lock(nowait, read, skip_locked, key_share)
        source = locking(self._source) if isinstance(self._source, SessionSource) else self._source
        return ProjectionQuery(source, self._asked.derived(f"{lock}", lock.on))

    async def explain(self, *, analyze: bool = False) -> Explanation:
        """What the query does: the tree of the DTO, the SQL of every statement, the reason for how each
        collection is read, and the engine's EXPLAIN. `print()` it.

        analyze: have the engine run the statements, and say what that took. SQLite cannot.
        """
        return await explained(self._source, self._asked, analyze=analyze)

    async def json(self) -> bytes:
        """A JSON array of every row, in the order of the statement: bytes in UTF-8, ready to be sent.

        It holds what the library of the DTO writes for `all()`: Pydantic, with the aliases of a model whose
        configuration has `serialize_by_alias`; msgspec for its Structs and, where it is installed, attrs
        classes. Dataclasses, TypedDicts and NamedTuples are written by Pydantic.

        PostgreSQL and SQLite write it themselves where that is sure to be the same, so that no row
        passes through Python: the types of the columns are those of the DTO, and no validator, serializer
        or constraint of its own looks at a value. There the whole is one value of at most 1 GB;
        take `stream()` for more.

        Raises what the library raises for a value that it cannot write, as
        `pydantic_core.PydanticSerializationError`.
        """
        return await read_json(self._source, self._asked)

    def stream(self, *, size: int = 1000) -> AsyncGenerator[T, None]:
        """The rows one after the other, in the order of the statement: `async for order in query.stream():`.

        A portion of them is in memory at a time. Rows, collections too, are of one state of the database,
        that of the first row, where the stream has a transaction of its own: on `db.project`, and on a
        session that is in none. The stream then holds a connection of the pool until its last row, until
        it is closed (`async with contextlib.aclosing(query.stream()) as orders:`), or soon after the loop
        was left by `break` or an error. MySQL and MariaDB end it where the next portion is not asked for
        within `net_write_timeout`, which is a minute.

        Where the session is in a transaction, the stream is in it too and sees what was flushed before
        the first row. The session can be used between two rows: it is best not to write what collections are
        read from. PostgreSQL keeps the rows that are still to come; on other databases they all are
        taken to a temporary file before the first one. That is also where rows with collections wait on MySQL
        and MariaDB, whose connections do nothing else while rows are on their way.

        size: rows that are fetched at a time, from 1 to 100,000.

        Raises `UnfitPage` where `size` cannot be, and `InterruptedStream` where the session's transaction
        ends before the stream.
        """
        check_size(size)
        return stream(self._source, self._asked.ready(self._source.target), size)

    async def exists(self) -> bool:
        """Whether there is a row. None is read."""
        return bool(await self._scalar("exists"))

    async def count(self) -> int:
        """The number of rows. None is read."""
        return int(await self._scalar("count"))

    async def _scalar(self, what: Counting) -> Any:
        sql, arguments = self._asked.counted(what, self._source.target)
        rows = await self._source.fetch(sql, arguments)
        return rows[0][0]

    @property
    def _plan(self) -> Plan:
        return self._asked.planned()[1]

    def _none(self, identity: tuple[Any, ...] | None = None) -> NotFound:
        plan = self._plan
        return NotFound(dto=plan.shape.name, model=plan.mapper.class_.__name__, identity=identity)

    def _several(self) -> MultipleFound:
        plan = self._plan
        return MultipleFound(dto=plan.shape.name, model=plan.mapper.class_.__name__)


def _limited(statement: Select[Any]) -> Select[Any]:
    if statement._limit_clause is None and statement._fetch_clause is None:
        return statement.limit(1)
    return statement


def session_query(
    session: Session,
    operating: Operating,
    kept: SessionSource | None,
    dto: Any,
    statement: Any,
    *,
    children: Children | None,
    parameters: dict[str, Any],
) -> ProjectionQuery[Any]:
    """The query that `TaskSession.project` returns for its arguments.

    operating: as for `SessionSource`.
    kept: the `source` of the query before, to be used again where it is of the same engine.

    Raises as `TaskSession.project` does.
    """
    rows: Any = dto.prepared.statement if isinstance(dto, Projection) else statement
    of_class = isinstance(rows, type)
    bind = session.get_bind(mapper=rows) if of_class else session.get_bind(clause=rows)
    heard = partial(listened, session) if session.dispatch.do_orm_execute else None
    # A statement that locks its rows does so in the session's transaction.
    locks = not of_class and getattr(rows, "_for_update_arg", None) is not None
    source = kept
    if source is None or not source.is_for(session, bind) or locks:
        source = (LockingSource if locks else SessionSource)(session, bind, operating)
    filters: Filters = session.filters  # type: ignore[attr-defined]  # of a FilteredSession
    return _query(source, dto, statement, children, parameters, filters=filters, heard=heard)


def pool_query(
    engine: Engine,
    driver: Driver | None,
    dto: Any,
    statement: Any,
    *,
    children: Children | None,
    parameters: dict[str, Any],
    filters: Filters,
) -> ProjectionQuery[Any]:
    """The query that `Database.project` returns for its arguments. Raises as that does."""
    tell_left_out(filters)
    source = PoolSource(engine, driver)
    return _query(source, dto, statement, children, parameters, filters=filters)


def _query(
    source: Source,
    dto: Any,
    statement: Any,
    children: Children | None,
    parameters: dict[str, Any],
    *,
    filters: Filters,
    heard: Callable[[str, Any], Any] | None = None,
) -> ProjectionQuery[Any]:
    # heard: what listeners make of a statement; None where there are none.
    if not isinstance(dto, Projection):
        check_children(dto, children)
    elif statement is not None or children is not None:
        given = "a statement" if statement is not None else "children="
        raise TypeError(
            f"a prepared projection has its own statement and strategy, and takes not {given}"
        )
    elif heard is None:
        return ProjectionQuery(source, Asked.of_prepared(dto.prepared, parameters, filters))
    else:
        dto.prepared.parameters.check(dto.prepared.dto, parameters)
        dto, statement, children = dto.prepared.dto, dto.prepared.statement, dto.prepared.children
    if heard is not None:
        statement = heard(spelled(dto), statement)
    return ProjectionQuery(source, Asked.of(dto, statement, children, parameters, filters))
