"""`Repository`: what can be asked of the rows of one class, and written to them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

from sqlalchemy import select

from taskbound.repository.key import key_dto
from taskbound.repository.options import Options

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from sqlalchemy import Select

    from taskbound.dml import Upserted, UpsertedMany
    from taskbound.read import Page, ProjectionQuery
    from taskbound.session import TaskSession

M = TypeVar("M")
T = TypeVar("T")

_ANY = Options()
# Rows of a page where nobody has said how many.
_SIZE = 50


class Repository(Generic[M]):
    """The rows of one mapped class, in one session.

    ```python
    class Orders(Repository[Order]):
        def paid(self) -> Options:
            return Options(where=Order.status == "paid", order_by=Order.id)


    async with db.begin() as session:
        orders = Orders(session)
        order = await orders.create(new_order, returning=OrderRead)
        paid = await orders.list(OrderRead, orders.paid())
    ```

    Every read names its DTO, and every write may: the type of the answer is that of the DTO. Nothing is
    committed here: the block that has begun the transaction does that. A key is a value; for a key of
    several columns a tuple in their order, or a dict by attribute.

    Without methods of one's own it is `Repository[Order](session)`.

    session: in whose transaction everything is done.
    model: the mapped class, where the type does not name it: `Repository(session, Order)`.
    """

    model: ClassVar[type[Any]]

    def __class_getitem__(cls, item: Any) -> Any:
        # A class of its own, so that it knows its model: as a base, and when it is called.
        alias = super().__class_getitem__(item)  # type: ignore[misc]  # Generic has it
        # `Any` is a class, too.
        return _of_model(cls, item) if isinstance(item, type) and item is not Any else alias

    def __init__(self, session: TaskSession, model: type[M] | None = None) -> None:
        if model is not None:
            self.model = model  # type: ignore[misc]  # of this one alone
        elif not hasattr(self, "model"):
            raise TypeError(
                f"{type(self).__name__} is of no class: write Repository[Order], or "
                "Repository(session, Order)"
            )
        self.session: TaskSession = session

    async def get(self, dto: type[T], key: Any, options: Options = _ANY) -> T:
        """The row with a key. Raises `NotFound` where there is none, or where it is none of `options`."""
        options.check("get", "for_update")
        return await self._query(dto, options).get_one(key)

    async def get_or_none(self, dto: type[T], key: Any, options: Options = _ANY) -> T | None:
        """The row with a key, or None where there is none, or where it is none of `options`."""
        options.check("get_or_none", "for_update")
        return await self._query(dto, options).get(key)

    async def list(self, dto: type[T], options: Options = _ANY) -> builtins.list[T]:
        """Every row, in the order of `options`."""
        options.check("list", "order_by", "limit", "for_update")
        return await self._query(dto, options).all()

    async def page(self, dto: type[T], options: Options = _ANY) -> Page[T]:
        """The rows after a cursor, or before one. Raises as `ProjectionQuery.page`."""
        options.check("page", "order_by", "size", "after", "before", "total", "for_update")
        return await self._query(dto, options).page(
            size=_SIZE if options.size is None else options.size,
            after=options.after,
            before=options.before,
            total=options.total,
        )

    async def exists(self, options: Options = _ANY) -> bool:
        """Whether there is a row. None is read."""
        options.check("exists")
        return await self._query(key_dto(self.model), options).exists()

    async def count(self, options: Options = _ANY) -> int:
        """How many rows there are. None is read."""
        options.check("count")
        return await self._query(key_dto(self.model), options).count()

    @overload
    async def create(self, values: Any, *, returning: type[T]) -> T: ...

    @overload
    async def create(self, values: Any) -> None: ...

    async def create(self, values: Any, *, returning: type[Any] | None = None) -> Any:
        """Insert a row, as `session.insert`."""
        return await self._create(values, returning)

    @overload
    async def create_many(
        self, rows: Iterable[Any] | AsyncIterable[Any], *, returning: type[T]
    ) -> builtins.list[T]: ...

    @overload
    async def create_many(self, rows: Iterable[Any] | AsyncIterable[Any]) -> int: ...

    async def create_many(
        self,
        rows: Iterable[Any] | AsyncIterable[Any],
        *,
        returning: type[Any] | None = None,
    ) -> Any:
        """Insert rows, as `session.insert_many`."""
        return await self._create_many(rows, returning)

    @overload
    async def update(
        self, values: Any, *, key: Any = None, version: Any = None, returning: type[T]
    ) -> T: ...

    @overload
    async def update(self, values: Any, *, key: Any = None, version: Any = None) -> None: ...

    async def update(
        self,
        values: Any,
        *,
        key: Any = None,
        version: Any = None,
        returning: type[Any] | None = None,
    ) -> Any:
        """Change what the values name in the row with a key, as `session.update`.

        key: None takes the key that is among the values.
        version: that the row has to be in; None takes the one among the values, where there is one.

        Raises `NotFound` and `StaleVersion`.
        """
        return await self._update(values, key, version, returning)

    @overload
    async def update_many(
        self, rows: Iterable[Any] | AsyncIterable[Any], *, returning: type[T]
    ) -> builtins.list[T]: ...

    @overload
    async def update_many(self, rows: Iterable[Any] | AsyncIterable[Any]) -> int: ...

    async def update_many(
        self,
        rows: Iterable[Any] | AsyncIterable[Any],
        *,
        returning: type[Any] | None = None,
    ) -> Any:
        """Change many rows, each by the key among its values, as `session.update_many`."""
        return await self._update_many(rows, returning)

    @overload
    async def upsert(self, values: Any, *, on: Any = None, returning: type[T]) -> Upserted[T]: ...

    @overload
    async def upsert(self, values: Any, *, on: Any = None) -> Upserted[None]: ...

    async def upsert(
        self, values: Any, *, on: Any = None, returning: type[Any] | None = None
    ) -> Any:
        """Insert a row, or change the one that is there, as `session.upsert`: which of both is told."""
        return await self._upsert(values, on, returning)

    @overload
    async def upsert_many(
        self, rows: Iterable[Any] | AsyncIterable[Any], *, on: Any = None, returning: type[T]
    ) -> UpsertedMany[T]: ...

    @overload
    async def upsert_many(
        self, rows: Iterable[Any] | AsyncIterable[Any], *, on: Any = None
    ) -> UpsertedMany[Any]: ...

    async def upsert_many(
        self,
        rows: Iterable[Any] | AsyncIterable[Any],
        *,
        on: Any = None,
        returning: type[Any] | None = None,
    ) -> Any:
        """Insert rows, or change those that are there, as `session.upsert_many`."""
        return await self._upsert_many(rows, on, returning)

    @overload
    async def delete(self, key: Any, *, version: Any = None, returning: type[T]) -> T: ...

    @overload
    async def delete(self, key: Any, *, version: Any = None) -> None: ...

    async def delete(
        self, key: Any, *, version: Any = None, returning: type[Any] | None = None
    ) -> Any:
        """Delete the row with a key, as `session.delete`. Raises `NotFound` and `StaleVersion`."""
        return await self._delete(key, version, returning)

    @overload
    async def delete_many(self, keys: Iterable[Any], *, returning: type[T]) -> builtins.list[T]: ...

    @overload
    async def delete_many(self, keys: Iterable[Any]) -> int: ...

    async def delete_many(self, keys: Iterable[Any], *, returning: type[Any] | None = None) -> Any:
        """Delete the rows with these keys, in one statement. A key without a row is passed over.

        On PostgreSQL it is within a savepoint, so that the transaction goes on after an error, as it does
        elsewhere.

        returning: the DTO to make of each row, in any order. None returns how many there were.

        Raises `RowRefused` for the first key whose row the database keeps, such as one that others lead to,
        chained to what was said about it; that itself for a class whose rows lead to each other.
        """
        return await self._delete_many(keys, returning)

    def statement(self) -> Select[Any]:
        """What every read begins with; a subclass may narrow it. Writes do not look at it."""
        return select(self.model)

    # What `Service` puts its rules around.

    async def _create(self, values: Any, returning: Any) -> Any:
        return await self.session.insert(self.model, values, returning=returning)

    async def _create_many(self, rows: Any, returning: Any) -> Any:
        return await self.session.insert_many(self.model, rows, returning=returning)

    async def _update(self, values: Any, key: Any, version: Any, returning: Any) -> Any:
        return await self.session.update(
            self.model, values, key=key, version=version, returning=returning
        )

    async def _update_many(self, rows: Any, returning: Any) -> Any:
        return await self.session.update_many(self.model, rows, returning=returning)

    async def _upsert(self, values: Any, on: Any, returning: Any) -> Any:
        return await self.session.upsert(self.model, values, on=on, returning=returning)

    async def _upsert_many(self, rows: Any, on: Any, returning: Any) -> Any:
        return await self.session.upsert_many(self.model, rows, on=on, returning=returning)

    async def _delete(self, key: Any, version: Any, returning: Any) -> Any:
        return await self.session.delete(self.model, key=key, version=version, returning=returning)

    async def _delete_many(self, keys: Iterable[Any], returning: Any) -> Any:
        return await self.session._changes().delete_many(self.model, keys, returning)

    def _query(self, dto: type[T], options: Options) -> ProjectionQuery[T]:
        if options is _ANY and type(self).statement is Repository.statement:
            # What is prepared for a class needs no statement to be built.
            return self.session.project(dto, self.model)
        statement = options.applied(self.statement())
        return self.session.project(dto, statement, children=options.children)


def _of_model(repository: type[Any], model: type[Any]) -> type[Any]:
    """The class that a repository is for one model: the same each time."""
    made = _made.get((repository, model))
    if made is None:
        name = f"{repository.__name__}[{model.__name__}]"
        members = {
            "model": model,
            "__module__": repository.__module__,
            "__doc__": repository.__doc__,
        }
        made = _made[repository, model] = type(name, (repository,), members)
    return made


_made: dict[tuple[type[Any], type[Any]], type[Any]] = {}
