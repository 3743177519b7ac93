"""Many new rows, as fast as the driver writes them."""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from taskbound.dml.chunks import chunks
from taskbound.dml.columns import columns_of
from taskbound.dml.copying import FEWEST, copy_of, is_no_target
from taskbound.dml.filled import filled
from taskbound.dml.insert import insert_all
from taskbound.dml.inserting import inserting
from taskbound.dml.portion import in_filters, portions
from taskbound.dml.refused import Unfit, is_of_a_row, lightened, row_refused
from taskbound.dml.savepoint import Savepoint

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Iterable,
        Sequence,
    )

    from taskbound.dml.naming import Verb
    from taskbound.dml.portion import Portion
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.written import Written
    from taskbound.driver.facts import Copy
    from taskbound.errors import RowRefused
    from taskbound.statement import CompiledStatement
    from taskbound.statement.compiled import ArgumentRows

    Attempt = Callable[[int, int], Awaitable[list[Any]]]

T = TypeVar("T")

CHUNK = 10_000
"""Rows that are sent together: enough that a round trip more is nothing, and some MiB at most."""
COPIED = 50_000
"""The same for COPY: at the end of each the client waits until the server has written what is left."""


class Loaded(NamedTuple, Generic[T]):
    """What has become of the rows of a load that goes on after an error."""

    written: int
    """How many rows were written."""
    rows: list[T]
    """What was made of them, in their order; empty without `returning=`."""
    refused: list[RowRefused]
    """Those that were not, with their numbers and the reasons."""


class Wanted(NamedTuple):
    """How rows are to be loaded."""

    dto: Any = None
    chunk: int | None = None
    progress: Callable[[int], object] | None = None
    skips: bool = False
    """Whether rows that are refused are left out."""
    copies: bool = False
    """Whether COPY is asked for, whatever the types and however few the rows."""


class Load:
    """The rows of one call, chunk by chunk in one savepoint."""

    _change: Verb = "insert"

    def __init__(self, sink: SessionSink, model: type[Any], wanted: Wanted, name: str) -> None:
        """name: of the method, for who else comes into the session meanwhile."""
        if wanted.chunk is not None and wanted.chunk < 1:
            raise ValueError(f"chunk= is a number of rows, at least 1, and not {wanted.chunk}")
        self._sink, self._wanted, self._name = sink, wanted, name
        self._columns = columns_of(model)
        self._model = model
        self._may_copy = sink.can_copy and wanted.dto is None
        self._whole = Savepoint(sink)
        self._is_first = True
        self.written: int = 0
        self.made: list[Any] = []
        self.refused: list[RowRefused] = []

    async def run(self, rows: Iterable[Any] | AsyncIterable[Any]) -> Loaded[Any]:
        """Write all of them; what fails leaves none."""
        parts = chunks(rows, self._wanted.chunk or (COPIED if self._may_copy else CHUNK))
        with self._sink.operating(self._name):
            async with aclosing(parts):  # type: ignore[type-var]  # an async generator
                part = await anext(parts, None)
                if part is not None:
                    await self._write_whole(part, parts)
        return Loaded(self.written, self.made, self.refused)

    async def _write_whole(self, first: list[Any], others: AsyncIterator[list[Any]]) -> None:
        try:
            await self._write_all(first, others)
        except Unfit as error:
            # In autocommit, where no row is tried by itself. There is no cause where a trigger left one out.
            raise error.__cause__ or error from None

    async def _write_all(self, first: list[Any], others: AsyncIterator[list[Any]]) -> None:
        async with self._whole:
            number, part = 0, first
            while part:
                for portion in self._portions(part, number):
                    await self._write(in_filters(self._sink.filters, self._columns, portion))
                number += len(part)
                await self._tell()
                part = await anext(others, [])

    def _portions(self, part: list[Any], first: int) -> Iterable[Portion]:
        return portions(self._columns, part, first)

    async def _tell(self) -> None:
        if self._wanted.progress is not None:
            answer = self._wanted.progress(self.written)
            if isawaitable(answer):
                await answer

    async def _write(self, portion: Portion) -> None:
        attempt = self._attempt(portion)
        error = await self._tried(attempt, 0, portion.size)
        if error is not None and self._may_copy and is_no_target(error):
            self._may_copy = False
            await self._write(portion)
        elif error is not None:
            await self._seek(portion, attempt, 0, portion.size, error)

    def _attempt(self, portion: Portion) -> Attempt:
        """What writes some of the rows, from one number to another."""
        if portion.columns is None:
            return partial(self._level_by_level, portion)
        writing = inserting(
            self._columns, tuple(portion.columns), self._wanted.dto, self._sink.target
        )
        if self._wanted.dto is not None and writing.assemble is None:
            # It holds more than the row, or the database returns nothing.
            return partial(self._level_by_level, portion)
        columns = filled(
            writing.statement.defaults, portion.columns, portion.size, self._columns.absent
        )
        return partial(self._together, writing, columns, self._copy(writing, portion.size))

    def _copy(self, writing: Written, count: int) -> Copy | None:
        if not self._may_copy or not (self._wanted.copies or count >= FEWEST):
            return None
        target = self._sink.target
        return copy_of(self._columns, writing.statement, target, is_asked_for=self._wanted.copies)

    async def _together(
        self,
        writing: Written,
        columns: dict[str, Sequence[Any]],
        copy: Copy | None,
        start: int,
        end: int,
    ) -> list[Any]:
        sink, statement = self._sink, writing.statement
        some = {key: values[start:end] for key, values in columns.items()}
        rows = bound_rows(statement, some, end - start, by_position=copy is not None)
        if copy is not None:
            await sink.copy_many(writing.what, copy, rows)
        elif writing.assemble is not None:
            returned = await sink.return_many(writing.what, statement.sql, rows)
            return writing.assemble(list(filter(None, returned)), ())
        else:
            await sink.write_many(writing.what, statement.sql, rows)
        return []

    async def _level_by_level(self, portion: Portion, start: int, end: int) -> list[Any]:
        """Rows that have others with them, or of which more is asked than a statement returns."""
        return await insert_all(
            self._sink, self._columns, portion.given[start:end], self._wanted.dto
        )

    async def _tried(self, attempt: Attempt, start: int, end: int) -> Exception | None:
        """Write some rows, and take the error of one of them for an answer, with none of them written."""
        is_first, self._is_first = self._is_first, False
        try:
            if is_first:
                # The savepoint of the whole is enough.
                made = await attempt(start, end)
            else:
                async with Savepoint(self._sink):
                    made = await attempt(start, end)
        except Exception as error:
            is_meant = is_of_a_row(error) or (self._may_copy and is_no_target(error))
            if not is_meant or not self._sink.can_undo:
                raise
            if is_first:
                await self._whole.back()
            return error
        self._note(made, end - start)
        return None

    def _note(self, made: list[Any], count: int) -> None:
        """Note what was made of rows that are written."""
        self.made += made
        self.written += count

    async def _seek(
        self, portion: Portion, attempt: Attempt, start: int, end: int, error: Exception
    ) -> None:
        """Write the rows that can be, half by half, of those that together have raised an error."""
        if end - start == 1:
            number, values = portion.first + start, portion.given[start]
            refused = row_refused(
                self._columns,
                number,
                values,
                error,
                change=self._change,
                sink=self._sink,
                is_left_out=self._wanted.skips,
            )
            self._refuse(refused)
            return
        middle = (start + end) // 2
        for one, other in ((start, middle), (middle, end)):
            raised = await self._tried(attempt, one, other)
            if raised is not None:
                await self._seek(portion, attempt, one, other, raised)

    def _refuse(self, refused: RowRefused) -> None:
        if not self._wanted.skips:
            raise refused
        self.refused.append(lightened(refused))


def bound_rows(
    statement: CompiledStatement,
    columns: dict[str, Sequence[Any]],
    count: int,
    *,
    by_position: bool = False,
) -> ArgumentRows:
    """The arguments of many rows. Raises `Unfit` where a value is none of its column's type."""
    try:
        return statement.bound_rows(columns, count, by_position=by_position)
    except Exception as error:
        found = statement.unfit(columns)
        raise Unfit(found[1] if found else None) from error
