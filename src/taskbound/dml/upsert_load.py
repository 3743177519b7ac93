"""Many rows that are inserted, or changed where they are there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from taskbound.dml.conflict import named_by
from taskbound.dml.held import expire_rows
from taskbound.dml.insert import insert_one
from taskbound.dml.load import Load, bound_rows
from taskbound.dml.portion import portions
from taskbound.dml.read_back import made_of_all
from taskbound.dml.refused import Unfit
from taskbound.dml.savepoint import Savepoint
from taskbound.dml.upsert import check, names_of, question_of, upsert_by_itself
from taskbound.dml.upsert_apart import apart
from taskbound.dml.upserting import upserting
from taskbound.errors import UniqueViolation
from taskbound.filters.written import check_upsert
from taskbound.statement.upsert import has_on_conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from taskbound.dml.load import Attempt, Wanted
    from taskbound.dml.portion import Portion
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.upsert_apart import Apart
    from taskbound.dml.upserting import Question, Upserting

T = TypeVar("T")

# Rows below which it costs less to try each.
_FEWEST = 4
# Rows of which each is tried where all together are refused.
_FEW = 16


class UpsertedMany(NamedTuple, Generic[T]):
    """What an upsert of many rows has done."""

    inserted: int
    """How many rows are new."""
    updated: int
    """How many were there, and have been changed."""
    rows: list[T]
    """What was made of them, in the order in which they were given; empty without `returning=`."""


class UpsertLoad(Load):
    """The rows of one call, one after the other: of two with the same key the second changes the first."""

    _change = "upsert"

    def __init__(self, sink: SessionSink, model: type[Any], wanted: Wanted, on: Any) -> None:
        super().__init__(sink, model, wanted, "upsert_many")
        self._named = named_by(self._columns, on)
        self.inserted: int = 0

    def _portions(self, part: list[Any], first: int) -> Iterable[Portion]:
        for row in part:
            check(self._columns, row)
        return portions(self._columns, part, first, _named)

    def _attempt(self, portion: Portion) -> Attempt:
        is_native = has_on_conflict(self._sink.dialect)
        if not is_native and (self._wanted.dto is not None or portion.size < _FEWEST):
            return partial(self._by_themselves, portion)
        question = question_of(self._columns, portion, self._named, self._wanted.dto)
        check_upsert(self._sink.filters, self._columns.mapper, question.on)
        if not is_native:
            return self._attempt_apart(portion, question)
        writing = upserting(self._columns, question, self._sink.target)
        columns = writing.filled(portion.columns or {}, portion.size)
        expire_rows(self._sink.session, self._columns, names_of(self._columns, question))
        return partial(self._upserted, portion, writing, columns)

    async def _upserted(
        self,
        portion: Portion,
        writing: Upserting,
        columns: dict[str, Sequence[Any]],
        start: int,
        end: int,
    ) -> list[Any]:
        some = {key: values[start:end] for key, values in columns.items()}
        if writing.first is None:
            rows = bound_rows(writing.both, some, end - start)
            found = await self._sink.return_many(writing.what, writing.both.sql, rows)
            inserted = sum(bool(row[-1]) for row in found)
        else:
            found, inserted = await self._in_two(writing, some, end - start)
        if len(found) < end - start or None in found:
            return await self._of_another_class(portion, start, end)
        self.inserted += inserted
        return await self._dtos(writing, found)

    async def _of_another_class(self, portion: Portion, start: int, end: int) -> list[Any]:
        """Find the row for which one is there that is not meant, half by half; an INSERT over it fails."""
        if end - start > 1:
            raise Unfit(None)
        dto = self._wanted.dto
        made = await insert_one(self._sink, self._model, portion.given[start], dto)
        self.inserted += 1
        return [] if dto is None else [made]

    async def _in_two(
        self, writing: Upserting, columns: dict[str, Sequence[Any]], count: int
    ) -> tuple[Sequence[Any], int]:
        """SQLite, where nobody else writes in between: what is new, then what was there."""
        first: Any = writing.first
        sink, what, both = self._sink, writing.what, writing.both
        found: list[Any] = list(
            await sink.return_many(what, first.sql, bound_rows(first, columns, count))
        )
        there = [place for place, row in enumerate(found) if row is None]
        if there:
            rows = list(bound_rows(both, columns, count))
            changed = await sink.return_many(what, both.sql, [rows[place] for place in there])
            for place, row in zip(there, changed, strict=True):
                found[place] = row
        return found, count - len(there)

    async def _dtos(self, writing: Upserting, rows: Sequence[Any]) -> list[Any]:
        dto = self._wanted.dto
        if dto is None:
            return []
        if writing.assemble is not None:
            return writing.assemble(rows, ())
        return await made_of_all(self._sink, self._columns, dto, list(map(writing.key, rows)))

    def _attempt_apart(self, portion: Portion, question: Question) -> Attempt:
        writing = apart(self._columns, question, self._sink.target)
        if not writing.is_possible:
            return partial(self._by_themselves, portion)
        expire_rows(self._sink.session, self._columns, names_of(self._columns, question))
        return partial(self._apart, portion, writing)

    async def _apart(self, portion: Portion, writing: Apart, start: int, end: int) -> list[Any]:
        try:
            async with Savepoint(self._sink):
                values = portion.columns or {}
                self.inserted += await writing.write(self._sink, values, start, end)
        except UniqueViolation:
            if end - start > _FEW or not self._sink.can_undo:
                # Half of them, then, until there are few.
                raise
            return await self._by_themselves(portion, start, end)
        return []

    async def _by_themselves(self, portion: Portion, start: int, end: int) -> list[Any]:
        made, inserted = list[Any](), 0
        for row in portion.given[start:end]:
            done = await upsert_by_itself(
                self._sink, self._columns, row, self._named, self._wanted.dto
            )
            inserted += done.inserted
            made.append(done.row)
        self.inserted += inserted
        return made if self._wanted.dto is not None else []


def _named(row: Any) -> Any:
    """What is the same for rows that change the same columns."""
    given = getattr(row, "model_fields_set", None)
    if given is not None:
        return type(row), frozenset(given)
    return tuple(row) if isinstance(row, dict) else type(row)
