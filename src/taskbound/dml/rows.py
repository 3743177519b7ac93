"""An UPDATE or DELETE of all rows for which a condition holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, select, tuple_

from taskbound.assemble import generated
from taskbound.dml.filled import value_of
from taskbound.filters.criteria import as_written, valued_criteria
from taskbound.filters.marked import MARKED
from taskbound.filters.reached import check_reached
from taskbound.plan import plan_of
from taskbound.read.asked import Asked
from taskbound.read.cache import Readings
from taskbound.read.query import ProjectionQuery
from taskbound.statement import CompiledStatement
from taskbound.statement.returned import returned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import ColumnElement, Delete, Update

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.filters.chosen import Filters
    from taskbound.plan.layout import Batches, Rows
    from taskbound.statement import Target
    from taskbound.statement.returned import Verb


@dataclass(frozen=True, slots=True, eq=False)
class _Sent:
    """The statement compiled, and what makes DTOs of what it returns."""

    statement: CompiledStatement
    assemble: Callable[[Rows, Batches], list[Any]] | None


async def change_rows(
    sink: SessionSink, columns: Columns, verb: Verb, statement: Update | Delete, *, condition: Any
) -> int:
    """Send a statement of the mapped class. Returns how many rows it has found.

    condition: None for all rows.
    """
    change = _Change(sink, columns, verb, _bounded(statement, condition), None)
    return int(await change.send())


async def change_and_read_rows(
    sink: SessionSink,
    columns: Columns,
    verb: Verb,
    statement: Update | Delete,
    *,
    condition: Any,
    dto: Any,
) -> list[Any]:
    """Send a statement of the mapped class. Returns what `dto` is made of each row that it has found."""
    bounded = _bounded(statement, condition)
    change = _Change(sink, columns, verb, bounded, dto)
    if change.returns_dtos:
        rows: list[Any] = await change.send()
        return rows
    if verb == "delete":
        # They are gone afterwards.
        read = await _read(sink, columns.mapper.class_, dto, condition)
        await change.send()
        return read
    keys = await _locked(sink, columns, condition)
    await change.send()
    if not keys:
        return []
    written = as_written(columns.mapper)
    return await _read(sink, written, dto, among(columns, keys, of=written))


class _Change:
    """A statement of the caller's on the way to a session."""

    def __init__(
        self, sink: SessionSink, columns: Columns, verb: Verb, statement: Any, dto: Any
    ) -> None:
        statement = _filtered(sink.filters, statement)
        self._sink, self._statement = sink, statement
        self._what = f"{verb.upper()} {columns.mapper.local_table.description}"
        self._key = statement._generate_cache_key()
        target = sink.target
        make = partial(_made, columns, verb, statement, target, dto=dto, key=self._key)
        if self._key is None:
            self._sent = make()
        else:
            kept = (verb, dto, target.schemas, self._key.key)
            self._sent = Readings.of(target.dialect).of_statement(kept, make)

    @property
    def returns_dtos(self) -> bool:
        """Whether the DTOs are made of what the statement returns."""
        return self._sent.assemble is not None

    async def send(self) -> Any:
        """The DTOs of what the statement returns, else how many rows it has found."""
        statement, assemble = self._sent.statement, self._sent.assemble
        extracted = self._key.bindparams if self._key is not None else None
        sql, arguments = statement.bound(_filled(statement, self._statement), extracted)
        if assemble is None:
            return await self._sink.changed(self._what, sql, arguments)
        return assemble(await self._sink.returned(self._what, sql, arguments), ())


def _filtered(filters: Filters, statement: Any) -> Any:
    """A statement that keeps to the filters. Raises `PastFilter` where it would get past one."""
    if not MARKED.version:
        return statement
    check_reached(statement, filters)
    return statement.options(valued_criteria(filters))


def _filled(compiled: CompiledStatement, statement: Any) -> dict[str, Any]:
    """The values of the columns that the statement does not name and that Python fills, by parameter."""
    found: dict[str, Any] = {}
    for name, default in compiled.defaults:
        found[name] = value_of(default, {**_given(statement), **found})
    return found


def _given(statement: Any) -> dict[str, Any]:
    """The values that an UPDATE names, by column, without those that SQL computes."""
    return {
        column.key: value.effective_value
        for column, value in (statement._values or {}).items()
        if isinstance(value, BindParameter)
    }


def _made(
    columns: Columns, verb: Verb, statement: Any, target: Target, *, dto: Any, key: Any
) -> _Sent:
    found = dto and returned(plan_of(dto, columns.mapper.class_), target.dialect, verb)
    if not found:
        return _Sent(CompiledStatement(statement, target, key), None)
    compiled = CompiledStatement(statement.returning(*found.columns), target, key)
    return _Sent(compiled, generated(found.layout))


def _bounded(statement: Any, condition: Any) -> Any:
    return statement if condition is None else statement.where(condition)


async def _locked(sink: SessionSink, columns: Columns, condition: Any) -> list[tuple[Any, ...]]:
    """The keys of the rows that are meant, which nobody else can change from now on."""
    asked = _bounded(select(*_key(columns)), condition).with_for_update()
    result = await sink.executed(asked)
    return [tuple(row) for row in result]


async def _read(sink: SessionSink, entity: Any, dto: Any, condition: Any) -> list[Any]:
    statement = _bounded(select(entity), condition)
    asked: Asked[Any] = Asked.of(dto, statement, None, {}, sink.filters)
    return await ProjectionQuery(sink, asked).all()


def _key(columns: Columns) -> list[Any]:
    return _attributes(columns.mapper.class_, columns.key)


def _attributes(entity: Any, names: Iterable[str]) -> list[Any]:
    return [getattr(entity, name) for name in names]


def among(
    columns: Columns,
    keys: list[tuple[Any, ...]],
    names: Iterable[str] | None = None,
    *,
    of: Any = None,
) -> ColumnElement[bool]:
    """The condition for the rows with one of the keys.

    names: the attributes that the keys are of; None for the primary key.
    of: an alias of the class; None for the class itself.
    """
    entity = columns.mapper.class_ if of is None else of
    parts = _attributes(entity, columns.key if names is None else names)
    found: ColumnElement[bool] = (
        parts[0].in_([key for (key,) in keys]) if len(parts) == 1 else tuple_(*parts).in_(keys)
    )
    return found
