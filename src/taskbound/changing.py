"""The part of `TaskSession` that writes rows from DTOs: `insert`, `update` and `delete`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound.filters.marked import MARKED
from taskbound.guard.operating import Door

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from sqlalchemy import ColumnElement

    from taskbound.dml import Changes

T = TypeVar("T")


class ChangingSession(AsyncSession):
    """An `AsyncSession` that writes rows without entities.

    What is written goes to the session's transaction, after an autoflush as for any query, and is committed
    or rolled back with it. `values` is a DTO (a Pydantic model, msgspec Struct, dataclass, attrs class or
    NamedTuple) or a mapping by attribute of the model; its fields are looked up as those of projections are,
    before anything is sent.

    An object that the session holds of such a row is expired in what was written: reading that later
    raises `ExpiredAttribute`, which tells this line, until a `refresh`. Mapper events and `@validates` are
    those of the unit of work, and are not called.
    """

    _kept_changes: Changes | None = None
    _kept_door: Door | None = None

    @overload
    async def insert(self, model: type[Any], values: Any, /, *, returning: type[T]) -> T: ...

    @overload
    async def insert(self, model: type[Any], values: Any, /) -> None: ...

    async def insert(
        self, model: type[Any], values: Any, /, *, returning: type[Any] | None = None
    ) -> Any:
        """Insert one row: `await session.insert(Order, new_order, returning=OrderRead)`.

        ```sql
        INSERT INTO orders (customer_id, status) VALUES ($1, $2) RETURNING orders.id, orders.status
        ```

        Defaults are those of the columns, as the unit of work has them; None where a column has one stands
        for it. Objects that the DTO holds of a relation are inserted too, each after what its
        foreign key leads to, and those of one table and level in one statement. A field
        `Annotated[list[int], From("tags.id")]` names those that are there, by what the association holds.

        returning: the DTO to make of the new row: of what the statement returns where it holds nothing but
            columns of the row and the database has RETURNING, else of a read by key, if it asks for more
            than that key. None returns None.

        Raises `UnfitValues` where a column is not known or a needed one is missing, what `verify` raises
        for a DTO, and `sqlalchemy.exc.DBAPIError` where the database refuses the row, such as
        `ConstraintViolation`.
        """
        return await self._changes().insert(model, values, returning)

    @overload
    async def update(
        self,
        model: type[Any],
        values: Any,
        /,
        *,
        key: Any = None,
        version: Any = None,
        returning: type[T],
    ) -> T: ...

    @overload
    async def update(
        self, model: type[Any], values: Any, /, *, key: Any = None, version: Any = None
    ) -> None: ...

    @overload
    async def update(
        self,
        model: type[Any],
        values: Any,
        /,
        *,
        where: ColumnElement[bool],
        returning: type[T],
    ) -> list[T]: ...

    @overload
    async def update(
        self, model: type[Any], values: Any, /, *, where: ColumnElement[bool]
    ) -> int: ...

    @overload
    async def update(
        self, model: type[Any], values: Any, /, *, every: Literal[True], returning: type[T]
    ) -> list[T]: ...

    @overload
    async def update(self, model: type[Any], values: Any, /, *, every: Literal[True]) -> int: ...

    async def update(
        self,
        model: type[Any],
        values: Any,
        /,
        *,
        key: Any = None,
        where: ColumnElement[bool] | None = None,
        every: bool = False,
        version: Any = None,
        returning: type[Any] | None = None,
    ) -> Any:
        """Change the row with a key, or the rows for which a condition holds.

        ```python
        await session.update(Order, OrderPatch(status="paid"), key=5, returning=OrderRead)
        await session.update(Order, {"status": "late"}, where=Order.due < today)    # how many there were
        await session.update(Product, {"stock": Product.stock - 1}, key=7)          # computed by the database
        ```
        ```sql
        UPDATE orders SET status=$1 WHERE orders.id = $2 RETURNING orders.id, orders.status
        ```

        A patch changes only what it names: the fields that a Pydantic model was given, the entries of a
        mapping, and of other DTOs each field that is not `UNSET`.

        key: a value; for a key of several columns a tuple in their order, or a dict by attribute. None
            takes the key that is among the values, which then is not changed.
        where: a condition, for any number of rows.
        every: True for all rows of the table.
        version: of a model with `version_id_col`, the version that the row has to be in, unless it is
            among the values. Without one the version is only counted on.
        returning: the DTO to make of the row, or of each of the rows. None returns None for one row, and
            how many there were for a condition.

        Raises `NotFound` where no row has the key, `StaleVersion` where none has it in the version, and as
        `insert`.
        """
        return await self._changes().update(
            model,
            values,
            key=key,
            where=where,
            every=every,
            version=version,
            returning=returning,
        )

    @overload
    async def update_many(
        self,
        model: type[Any],
        rows: Iterable[Any] | AsyncIterable[Any],
        /,
        *,
        returning: type[T],
    ) -> list[T]: ...

    @overload
    async def update_many(
        self, model: type[Any], rows: Iterable[Any] | AsyncIterable[Any], /
    ) -> int: ...

    async def update_many(
        self,
        model: type[Any],
        rows: Iterable[Any] | AsyncIterable[Any],
        /,
        *,
        returning: type[Any] | None = None,
    ) -> Any:
        """Change many rows, each by the key among its values: as `update` for one after the other.

        ```python
        await session.update_many(Product, [{"id": 7, "stock": 3}, {"id": 9, "stock": 0}])
        ```
        ```sql
        UPDATE products SET stock=$1 WHERE products.id = $2
        ```

        Rows that name the same fields are sent together, a thousand at a time: PostgreSQL and SQLite get them
        in one round trip, MySQL and MariaDB one after the other. All of them, or none: they are written
        within a savepoint, so that the transaction goes on after an error. One row alone takes none on
        SQLite, MySQL and MariaDB, which go on without.

        rows: DTOs or mappings. Each names its row by the key, and the version that it has to be in by
            the attribute of `version_id_col`; the rest is what is to change.
        returning: the DTO to make of each row, read by key afterwards, in the order of `rows`. None returns
            how many there were.

        Raises `RowRefused` for the first row that is refused, chained to what was said about it,
        `UnfitValues` where a row has no key or comes twice, `NotFound` where one is not there,
        `StaleVersion` where one is not in its version, and as `update`. In autocommit each row stands as it
        was changed, and what the database refuses is raised as it is.
        """
        return await self._changes().update_many(model, rows, returning)

    @overload
    async def delete(self, instance: object, /) -> None: ...

    @overload
    async def delete(
        self, model: type[Any], /, *, key: Any, version: Any = None, returning: type[T]
    ) -> T: ...

    @overload
    async def delete(self, model: type[Any], /, *, key: Any, version: Any = None) -> None: ...

    @overload
    async def delete(
        self, model: type[Any], /, *, where: ColumnElement[bool], returning: type[T]
    ) -> list[T]: ...

    @overload
    async def delete(self, model: type[Any], /, *, where: ColumnElement[bool]) -> int: ...

    @overload
    async def delete(
        self, model: type[Any], /, *, every: Literal[True], returning: type[T]
    ) -> list[T]: ...

    @overload
    async def delete(self, model: type[Any], /, *, every: Literal[True]) -> int: ...

    async def delete(
        self,
        instance: Any,
        /,
        *,
        key: Any = None,
        where: ColumnElement[bool] | None = None,
        every: bool = False,
        version: Any = None,
        returning: type[Any] | None = None,
    ) -> Any:
        """Delete the row with a key, or the rows for which a condition holds; or an entity, with the flush.

        ```python
        await session.delete(Order, key=5)
        await session.delete(Order, where=Order.due < today)                # how many there were
        await session.delete(order)                                         # as AsyncSession does
        ```
        ```sql
        DELETE FROM orders WHERE orders.id = $1
        ```

        What refers to the row is left to the foreign keys of the database: cascades of relationships are
        those of the unit of work.

        key, where, every, version, returning: as for `update`. Objects of the class that the session holds
            are expired, and the one with the key is deleted in it.

        Raises `UnboundedChange` where no row is named, `PastFilter` where rows of the class are marked
        instead of deleted, and as `update`.
        """
        if not isinstance(instance, type):
            _check_delete(self.sync_session, instance)
            await super().delete(instance)
            return None
        return await self._changes().delete(
            instance, key=key, where=where, every=every, version=version, returning=returning
        )

    def _changes(self) -> Changes:
        changes = self._kept_changes
        if changes is None or changes.session is not self.sync_session:
            changes = self._kept_changes = _changes_class()(self.sync_session, self._door())
        return changes

    def _door(self) -> Door:
        """What keeps other tasks out of the session. It knows the session inside, and not this one."""
        door = self._kept_door
        if door is None or door.session is not self.sync_session:
            door = self._kept_door = Door(self.sync_session)
        return door


def _check_delete(session: Any, instance: object) -> None:
    if MARKED.version and (state := inspect(instance, raiseerr=False)) is not None:
        from taskbound.filters.written import check_delete

        check_delete(session.filters, state.mapper)


@cache
def _changes_class() -> type[Changes]:
    """What changes rows, imported with the first change, as reads are."""
    from taskbound.dml import Changes

    return Changes
