"""`Service`: a repository whose writes pass rules, and whose errors are told in the words of those."""

from __future__ import annotations

from collections.abc import AsyncIterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from taskbound.errors import Failure, NotFound, Refusal, RowRefused, StaleVersion
from taskbound.repository.options import Options
from taskbound.repository.repository import Repository

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

M = TypeVar("M")
T = TypeVar("T")

_ANY = Options()


class Service(Repository[M]):
    """A repository with rules around its writes.

    ```python
    class Accounts(Service[Account]):
        async def before_create(self, values: NewAccount) -> NewAccount:
            await self.check_invited(values.email)
            return values

        def instead_of(self, error: Failure, *, values: Any, key: Any) -> Exception:
            if isinstance(error, UniqueViolation) and error.field == "email":
                return EmailTaken(values.email)
            return error
    ```

    The rules are asked before anything is sent, for each row of a `..._many`, and in the same transaction.
    `session.insert(Account, ...)` does not pass them. A constraint that is deferred is checked by the
    commit, whose error is that of the block.
    """

    async def before_create(self, values: Any) -> Any:
        """What is to be inserted in place of `values`. Raise to refuse it."""
        return values

    async def before_update(self, values: Any, key: Any) -> Any:
        """What is to be changed in place of `values`. Raise to refuse it.

        key: None where the key is among the values.
        """
        del key
        return values

    async def before_upsert(self, values: Any) -> Any:
        """What is to be inserted or changed in place of `values`. Raise to refuse it."""
        return values

    async def before_delete(self, key: Any) -> None:
        """Raise to refuse the end of a row."""

    def instead_of(self, error: Failure, *, values: Any, key: Any) -> Exception:
        """What to raise in place of `NotFound`, `StaleVersion`, `Refusal` or `RowRefused`.

        The error itself is raised as it is.

        values: that the caller has given; None for a delete, a `get`, and where there were several rows.
        key: of the row that was meant; None for a new one, where it is among the values, and for several.
        """
        del values, key
        return error

    async def get(self, dto: type[T], key: Any, options: Options = _ANY) -> T:
        """The row with a key. Raises what `instead_of` makes of `NotFound` where there is none."""
        with self._in_its_words(None, key):
            return await super().get(dto, key, options)

    async def _create(self, values: Any, returning: Any) -> Any:
        wanted = await self.before_create(values)
        with self._in_its_words(values, None):
            return await super()._create(wanted, returning)

    async def _create_many(self, rows: Any, returning: Any) -> Any:
        with self._in_its_words(None, None):
            return await super()._create_many(_each(rows, self.before_create), returning)

    async def _update(self, values: Any, key: Any, version: Any, returning: Any) -> Any:
        wanted = await self.before_update(values, key)
        with self._in_its_words(values, key):
            return await super()._update(wanted, key, version, returning)

    async def _update_many(self, rows: Any, returning: Any) -> Any:
        async def before(values: Any) -> Any:
            return await self.before_update(values, None)

        with self._in_its_words(None, None):
            return await super()._update_many(_each(rows, before), returning)

    async def _upsert(self, values: Any, on: Any, returning: Any) -> Any:
        wanted = await self.before_upsert(values)
        with self._in_its_words(values, None):
            return await super()._upsert(wanted, on, returning)

    async def _upsert_many(self, rows: Any, on: Any, returning: Any) -> Any:
        with self._in_its_words(None, None):
            return await super()._upsert_many(_each(rows, self.before_upsert), on, returning)

    async def _delete(self, key: Any, version: Any, returning: Any) -> Any:
        await self.before_delete(key)
        with self._in_its_words(None, key):
            return await super()._delete(key, version, returning)

    async def _delete_many(self, keys: Iterable[Any], returning: Any) -> Any:
        every = list(keys)
        for key in every:
            await self.before_delete(key)
        with self._in_its_words(None, None):
            return await super()._delete_many(every, returning)

    @contextmanager
    def _in_its_words(self, values: Any, key: Any) -> Iterator[None]:
        try:
            yield
        except (NotFound, Refusal, RowRefused, StaleVersion) as error:
            raised = self.instead_of(error, values=values, key=key)
            if raised is error:
                raise
            raise raised from error


async def _each(
    rows: Iterable[Any] | AsyncIterable[Any], before: Callable[[Any], Awaitable[Any]]
) -> AsyncIterator[Any]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield await before(row)
    else:
        for row in rows:
            yield await before(row)
