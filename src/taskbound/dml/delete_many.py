"""The end of many rows, by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.dml.delete import delete_rows
from taskbound.dml.key import key_of
from taskbound.dml.keyed_load import KeyedLoad
from taskbound.dml.load import Wanted
from taskbound.dml.naming import name_fields
from taskbound.dml.portion import Portion
from taskbound.dml.rows import among
from taskbound.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.dml.load import Attempt
    from taskbound.dml.naming import Verb
    from taskbound.dml.sink import SessionSink


async def delete_many(sink: SessionSink, model: type[Any], keys: Iterable[Any], dto: Any) -> Any:
    """Delete the rows with these keys; all that are there, or none.

    Returns how many there were, or what `dto` is made of them.
    """
    if isinstance(keys, Mapping | str | bytes):
        # Which would be taken apart.
        raise TypeError("keys are an iterable of keys, and not one of them")
    rows = list(keys)
    loaded = await DeleteLoad(sink, model, dto, len(rows)).run(rows)
    return len(loaded.rows) if dto is None else loaded.rows


class DeleteLoad(KeyedLoad):
    """The rows of one call, which go by one statement. What is made of them tells how many there were."""

    _change: Verb = "delete"

    def __init__(self, sink: SessionSink, model: type[Any], dto: Any, count: int) -> None:
        super().__init__(sink, model, Wanted(dto, count or None), "delete_many")

    def _is_one_statement(self, first: list[Any]) -> bool:
        del first
        return True

    def _attempt(self, portion: Portion) -> Attempt:
        keys = [tuple(key_of(self._columns, key).values()) for key in portion.given]
        return partial(self._deleted, keys)

    async def _deleted(self, keys: list[tuple[Any, ...]], start: int, end: int) -> list[Any]:
        condition = among(self._columns, keys[start:end])
        try:
            found = await delete_rows(self._sink, self._model, condition, self._wanted.dto)
        except Refusal as error:
            name_fields(error, "delete", self._model, None, self._sink)
            raise
        return [None] * found if self._wanted.dto is None else found

    async def _seek(
        self, portion: Portion, attempt: Attempt, start: int, end: int, error: Exception
    ) -> None:
        if self._leads_to_itself:
            # By itself, one may be refused that goes with another one.
            raise error
        await super()._seek(portion, attempt, start, end, error)

    @property
    def _leads_to_itself(self) -> bool:
        table: Any = self._columns.mapper.local_table
        return any(key.column.table is table for key in table.foreign_keys)
