"""A session and its one transaction, as a block."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from taskbound.place import exit_place
from taskbound.write import entered
from taskbound.write.outcome import mark

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy.ext.asyncio import AsyncSessionTransaction

S = TypeVar("S", bound=AsyncSession)


class Block(AbstractAsyncContextManager[S], Generic[S]):
    """What `Database.begin()` returns: `async with` gives the session, its end commits or rolls back."""

    __slots__ = ("_entry", "_session", "_transaction")

    def __init__(self, session: S, transaction: AsyncSessionTransaction) -> None:
        self._session = session
        self._transaction = transaction
        self._entry: entered.Entry | None = None

    async def __aenter__(self) -> S:
        code, line = exit_place(2)
        self._entry = entered.enter(self._session.bind, code, line)
        await self._transaction.__aenter__()
        return self._session

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        entered.leave(self._entry)
        try:
            await self._transaction.__aexit__(type_, value, traceback)
        except BaseException:
            await self._session.__aexit__(type_, value, traceback)
            raise
        await self._close(type_, value, traceback)

    async def _close(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._session.__aexit__(type_, value, traceback)
        except BaseException as error:
            if type_ is None:
                mark(error, "the block was committed before its session was closed")
            raise
