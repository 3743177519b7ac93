"""Many rows that are inserted or changed on MySQL and MariaDB: what is there apart from what is new.

Their ON DUPLICATE KEY finds a row by any unique constraint, also by one that was not meant, and does not tell
whether it has found one. So it is asked first which rows are there. Those are named by their primary keys, by
which a row is looked for before any other constraint; the others are inserted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from taskbound.dml.filled import filled
from taskbound.dml.inserting import inserting
from taskbound.dml.load import bound_rows
from taskbound.dml.rows import among
from taskbound.dml.upserting import set_where_there
from taskbound.read.cache import Readings
from taskbound.statement import CompiledStatement
from taskbound.statement.upsert import SET, change_by_insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.upserting import Question
    from taskbound.statement import Target

    Key = tuple[Any, ...]
    Values = Mapping[str, Sequence[Any]]

# Rows that are asked for in one statement.
_PORTION = 1000


class Apart:
    """The statements of one question."""

    def __init__(self, columns: Columns, question: Question, target: Target) -> None:
        mapper = columns.mapper
        self._columns, self._question = columns, question
        self._insert = inserting(columns, question.keys, None, target)
        self._set, computed = set_where_there(columns, question)
        made = {name.removeprefix(SET) for name, _ in self._set}
        named = made | question.new
        table: Any = mapper.local_table
        new = [column for column in table.columns if column.key in named]
        by_sql = {key: value for key, value in computed.items() if key not in made}
        key = [columns.column(name).key for name in columns.key]
        self.is_possible: bool = True
        """Whether the drivers can send it: they take no parameters behind the values of many rows."""
        self._change: CompiledStatement | None = None
        """None where there is nothing to change in a row that is there."""
        if new or by_sql:
            statement = change_by_insert(mapper, new, by_sql)
            keys = tuple(dict.fromkeys((*question.keys, *key, *made)))
            self._change = CompiledStatement(statement, target, None, columns=keys)
            taken = {*keys, *(name for name, _ in self._change.defaults)}
            self.is_possible = taken.issuperset(self._change.parameters)

    async def write(self, sink: SessionSink, values: Values, start: int, end: int) -> int:
        """Write some of the rows. Returns how many are new.

        values: by the key of a column those of all rows.

        Raises `UniqueViolation` also for a row that is there in a way that Python does not see, such as by
        another spelling, or that somebody else has just written.
        """
        inserted = 0
        for first, last in _runs(self._keys(values), start, end):
            part = {key: some[first:last] for key, some in values.items()}
            inserted += await self._write(sink, part)
        return inserted

    def _keys(self, values: Values) -> list[Key]:
        """By what each row is found."""
        columns = (values[self._columns.column(name).key] for name in self._question.on)
        return list(zip(*columns, strict=True))

    async def _write(self, sink: SessionSink, values: Values) -> int:
        keys = self._keys(values)
        found = await _there(sink, self._columns, self._question.on, keys)
        new = [row for row, key in enumerate(keys) if key not in found]
        there = [row for row, key in enumerate(keys) if key in found]
        if new:
            await self._send_new(sink, _of_rows(values, new), len(new))
        if there and self._change is not None:
            of_there = dict(_of_rows(values, there))
            named = zip(*(found[keys[row]] for row in there), strict=True)
            for name, parts in zip(self._columns.key, named, strict=True):
                of_there[self._columns.column(name).key] = parts
            await self._send_there(sink, self._change, of_there, len(there))
        return len(new)

    async def _send_new(self, sink: SessionSink, values: Values, count: int) -> None:
        statement = self._insert.statement
        rows = filled(statement.defaults, values, count, self._columns.absent)
        await sink.write_many(self._insert.what, statement.sql, bound_rows(statement, rows, count))

    async def _send_there(
        self, sink: SessionSink, statement: CompiledStatement, values: Values, count: int
    ) -> None:
        rows = filled(statement.defaults, values, count, self._columns.absent)
        rows = filled(self._set, rows, count)
        # No row of these is inserted, so that what is set can stand for what would have been.
        rows |= {name.removeprefix(SET): rows.pop(name) for name, _ in self._set}
        await sink.write_many(self._insert.what, statement.sql, bound_rows(statement, rows, count))


def apart(columns: Columns, question: Question, target: Target) -> Apart:
    """What is kept for a question, made where there is nothing."""
    kept = ("upsert apart", columns.mapper, question, target.schemas)
    return Readings.of(target.dialect).of_statement(kept, Apart, columns, question, target)


def _runs(keys: Sequence[Key], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Rows of which no two are found by the same values, and not too many of them."""
    seen: set[Key] = set()
    first = start
    for row in range(start, end):
        if keys[row] in seen or row - first == _PORTION:
            yield first, row
            first = row
            seen.clear()
        seen.add(keys[row])
    yield first, end


async def _there(
    sink: SessionSink, columns: Columns, on: tuple[str, ...], keys: Iterable[Key]
) -> dict[Key, Key]:
    """For the rows that are there their primary keys, by what they are found by. They are locked."""
    class_ = columns.mapper.class_
    asked = select(*(getattr(class_, name) for name in (*on, *columns.key)))
    # NULL is equal to nothing.
    wanted = [key for key in keys if None not in key]
    seen = await sink.executed(asked.where(among(columns, wanted, on)))
    there = [tuple(row)[len(on) :] for row in seen]
    if not there:
        return {}
    # Not the rows that were asked for: what is not there would be locked as well, a gap between others,
    # and two who have done so wait for each other when they insert.
    locked = await sink.executed(asked.where(among(columns, there)).with_for_update())
    return {tuple(row)[: len(on)]: tuple(row)[len(on) :] for row in locked}


def _of_rows(values: Values, rows: Sequence[int]) -> Values:
    return {key: [some[row] for row in rows] for key, some in values.items()}
