"""Many rows that are there, each of them named by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.dml.load import Load
from taskbound.dml.portion import Portion
from taskbound.dml.refused import Unfit, is_of_a_row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from taskbound.dml.load import Wanted
    from taskbound.dml.sink import SessionSink

# The others end the transaction with an error.
_GOING_ON = frozenset(("sqlite", "mysql", "mariadb"))


class KeyedLoad(Load):
    """The rows of one call, which need no savepoint where one statement writes them all."""

    def __init__(self, sink: SessionSink, model: type[Any], wanted: Wanted, name: str) -> None:
        super().__init__(sink, model, wanted, name)
        self._may_copy = False

    async def _write_all(self, first: list[Any], others: AsyncIterator[list[Any]]) -> None:
        if self._goes_on and self._is_one_statement(first):
            await self._write_at_once(Portion(0, first, None))
        else:
            await super()._write_all(first, others)

    @property
    def _goes_on(self) -> bool:
        """Whether a statement that fails leaves nothing and ends nothing, without a savepoint."""
        return self._sink.dialect.name in _GOING_ON

    def _is_one_statement(self, first: list[Any]) -> bool:
        """Whether the first rows are all there are, and one statement writes them."""
        raise NotImplementedError

    async def _write_at_once(self, portion: Portion) -> None:
        """Write rows by one statement, with a savepoint only where one of them is to be found."""
        attempt = self._attempt(portion)
        try:
            self._note(await attempt(0, portion.size), portion.size)
        except Exception as error:
            # What was not sent has begun no transaction, maybe.
            if not is_of_a_row(error) or not (self._sink.can_undo or isinstance(error, Unfit)):
                raise
            async with self._whole:
                await self._seek(portion, attempt, 0, portion.size, error)

    def _portions(self, part: list[Any], first: int) -> Iterable[Portion]:
        return (Portion(first, part, None),)
