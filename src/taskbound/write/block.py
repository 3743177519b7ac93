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
        dialect = getattr(self._session.sync_session.bind, "dialect", None)
        self._entry = entered.enter(dialect, code, line)
        # As `__aenter__` does.
        await self._transaction.start(is_ctxmanager=True)
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
        except BaseException as ended:
            await self._close(ended)
            raise
        try:
            await self._close(value)
        except BaseException as error:
            if value is None:
                mark(error, "the block was committed before its session was closed")
            raise

    async def _close(self, ended: BaseException | None) -> None:
        """Close the session of a transaction that has ended, by this error or in peace."""
        raised = (None, None, None) if ended is None else (type(ended), ended, ended.__traceback__)
        try:
            await self._session.__aexit__(*raised)
        except BaseException as error:
            if ended is not None and error is not ended:
                # A cancellation that comes now still says what has become of the commit.
                raise error from ended
            raise
