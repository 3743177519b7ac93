"""The part of `TaskSession` that writes many rows, and rows that may be there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from taskbound.changing import ChangingSession

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterable

    from taskbound.dml import Loaded, Upserted, UpsertedMany

    Rows = Iterable[Any] | AsyncIterable[Any]
    Progress = Callable[[int], object]

T = TypeVar("T")


class LoadingSession(ChangingSession):
    """A `ChangingSession` that writes any number of rows in flat memory, and upserts."""

    @overload
    async def insert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        returning: type[T],
        chunk: int | None = None,
        progress: Progress | None = None,
        on_error: Literal["raise"] = "raise",
    ) -> list[T]: ...

    @overload
    async def insert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        chunk: int | None = None,
        progress: Progress | None = None,
        on_error: Literal["raise"] = "raise",
    ) -> int: ...

    @overload
    async def insert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        returning: type[T],
        chunk: int | None = None,
        progress: Progress | None = None,
        on_error: Literal["skip"],
    ) -> Loaded[T]: ...

    @overload
    async def insert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        chunk: int | None = None,
        progress: Progress | None = None,
        on_error: Literal["skip"],
    ) -> Loaded[Any]: ...

    async def insert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        returning: type[Any] | None = None,
        chunk: int | None = None,
        progress: Progress | None = None,
        on_error: Literal["raise", "skip"] = "raise",
    ) -> Any:
        """Insert rows: `await session.insert_many(Order, new_orders)`. Returns how many there were.

        All of them, or none: they are written within a savepoint, so that the transaction goes on after an
        error. Defaults are those of `insert`. No more than a chunk of rows is in memory. PostgreSQL is sent
        COPY where that writes the same, else the driver's own form of an INSERT for many rows:

        ```sql
        SAVEPOINT taskbound_0; COPY orders (customer_id, status) FROM STDIN; RELEASE SAVEPOINT taskbound_0
        INSERT INTO orders (customer_id, status) VALUES (?, ?)      -- SQLite, in one hop for all of them
        ```

        rows: DTOs or mappings, of any iterable or async iterable. They may differ in what they name.
        returning: the DTO to make of each row, in the order in which they were given, as a list. None makes
            none, and returns how many rows were written.
        chunk: how many rows are sent together, and in memory at a time. None means 50,000
            where they go by COPY, and else 10,000.
        progress: called after each chunk, and awaited if it is a coroutine, with how many rows were written.
        on_error: "skip" leaves out the rows that the database refuses, and returns `Loaded`: how many were
            written, what was made of them, and a `RowRefused` for each other one.

        Raises `RowRefused` for the first row that is refused, chained to what was said about it, and as
        `insert`.
        """
        return await self._changes().insert_many(
            model, rows, returning, chunk=chunk, progress=progress, on_error=on_error, copies=False
        )

    async def copy_in(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        chunk: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Insert rows by COPY on PostgreSQL, however few and of whatever types. Returns how many.

        As `insert_many` without `returning=`, which takes COPY by itself for 100 rows and more of types
        that are sure to be written alike. Where COPY cannot write what INSERT would (a default that is SQL,
        a value for an identity that is ALWAYS, a table with row security, a view), and on other databases,
        it is `insert_many`.

        Raises as `insert_many`.
        """
        return int(
            await self._changes().insert_many(
                model, rows, None, chunk=chunk, progress=progress, on_error="raise", copies=True
            )
        )

    @overload
    async def upsert(
        self, model: type[Any], values: Any, /, *, on: Any = None, returning: type[T]
    ) -> Upserted[T]: ...

    @overload
    async def upsert(
        self, model: type[Any], values: Any, /, *, on: Any = None
    ) -> Upserted[None]: ...

    async def upsert(
        self,
        model: type[Any],
        values: Any,
        /,
        *,
        on: Any = None,
        returning: type[Any] | None = None,
    ) -> Any:
        """Insert a row, or change the one that is there.

        ```python
        done = await session.upsert(Customer, customer, on=Customer.email, returning=CustomerRead)
        done.inserted, done.row
        ```
        ```sql
        INSERT INTO customers (name, email) VALUES ($1, $2)
        ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name, email, (xmax = 0)
        ```

        A new row is what `insert` would write. One that is there is changed in what the values name, as by
        `update`: not in fields that a Pydantic model was not given, in its key, or in what None stands for
        the default of. `onupdate=` and versions are heard then. SQLite is sent two statements, since one does
        not tell what it has done; MySQL and MariaDB an INSERT and then an UPDATE, since ON DUPLICATE KEY goes
        by any unique constraint.

        on: the attribute, or the tuple of attributes, of a unique constraint. None means the primary key
            where it is among the values, else the one other unique constraint that they fill.
        returning: the DTO to make of the row. None makes none.

        Raises `UnfitConflict` where there is no such constraint, `UniqueViolation` where the row conflicts
        with another one by another constraint, and as `insert`.
        """
        return await self._changes().upsert(model, values, on, returning)

    @overload
    async def upsert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        on: Any = None,
        returning: type[T],
        chunk: int | None = None,
        progress: Progress | None = None,
    ) -> UpsertedMany[T]: ...

    @overload
    async def upsert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        on: Any = None,
        chunk: int | None = None,
        progress: Progress | None = None,
    ) -> UpsertedMany[Any]: ...

    async def upsert_many(
        self,
        model: type[Any],
        rows: Rows,
        /,
        *,
        on: Any = None,
        returning: type[Any] | None = None,
        chunk: int | None = None,
        progress: Progress | None = None,
    ) -> Any:
        """Insert rows, or change those that are there, one after the other: all of them or none.

        Returns `UpsertedMany`: how many were inserted, how many updated, and what `returning` makes of them.

        rows, chunk, progress: as for `insert_many`.
        on, returning: as for `upsert`.

        Raises `RowRefused` as `insert_many`, and as `upsert`.
        """
        return await self._changes().upsert_many(
            model, rows, on, returning, chunk=chunk, progress=progress
        )
