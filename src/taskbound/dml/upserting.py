"""What inserts a row or changes the one that is there, made ready for one dialect."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import literal_column

from taskbound.assemble import generated
from taskbound.dml.filled import filled
from taskbound.dml.key import Attribute, attributes_of_row
from taskbound.plan import plan_of
from taskbound.read.cache import Readings
from taskbound.statement import CompiledStatement
from taskbound.statement.returned import returned
from taskbound.statement.upsert import (
    SET,
    insert_row_if_new,
    set_parameter,
    upsert_row,
    whether_inserted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.plan.layout import Batches, Rows
    from taskbound.statement import Target


class Question(NamedTuple):
    """Which upsert: what is the same for rows that name the same columns."""

    keys: tuple[str, ...]
    """Of the columns that a new row has."""
    new: frozenset[str]
    """Of those that a row takes over that is there."""
    on: tuple[str, ...]
    """The attributes of the unique constraint."""
    dto: Any


class Upserting:
    """The statements of one question."""

    def __init__(self, columns: Columns, question: Question, target: Target) -> None:
        mapper, dialect, dto = columns.mapper, target.dialect, question.dto
        columns.check_complete(question.keys)
        self._columns = columns
        self._key = tuple(
            Attribute.of(columns, name, place, dialect) for place, name in enumerate(columns.key)
        )
        self._set, computed = set_where_there(columns, question)
        found = None if dto is None else returned(plan_of(dto, mapper.class_), dialect, "insert")
        self.assemble: Callable[[Rows, Batches], list[Any]] | None = (
            generated(found.layout) if found else None
        )
        returning: Sequence[Any] = found.columns if found else mapper.primary_key
        on = [columns.column(name) for name in question.on]
        new = [column for column in columns.by_attribute.values() if column.key in question.new]
        compiled = partial(CompiledStatement, target=target, key=None, columns=question.keys)
        told = whether_inserted(dialect)
        both = upsert_row(mapper, dialect, on, new, computed)
        self.both: CompiledStatement = compiled(both.returning(*returning, *told))
        self.first: CompiledStatement | None = None
        """Inserts alone, where the other does not tell whether it has."""
        if not told:
            self.first = compiled(insert_row_if_new(mapper, dialect, on, returning))
        self.what: str = f"INSERT {mapper.local_table.description}"

    @property
    def statements(self) -> list[CompiledStatement]:
        """What is sent, one after the other, until one returns a row."""
        return [self.both] if self.first is None else [self.first, self.both]

    @property
    def is_filled(self) -> bool:
        """Whether Python fills in more than what is given."""
        return bool(self.both.defaults or self._set)

    def filled(self, columns: dict[str, Sequence[Any]], count: int) -> dict[str, Sequence[Any]]:
        """The columns with what Python fills of them, by parameter."""
        found = filled(self.both.defaults, columns, count, self._columns.absent)
        return filled(self._set, found, count)

    def key(self, row: Sequence[Any]) -> dict[str, Any]:
        """The primary key by attribute, where there is no DTO to be made of what is returned."""
        return attributes_of_row(self._key, row)


def upserting(columns: Columns, question: Question, target: Target) -> Upserting:
    """What is kept for a question, made where there is nothing."""
    kept = ("upsert", columns.mapper, question, target.schemas)
    make = partial(Upserting, columns, question, target)
    return Readings.of(target.dialect).of_statement(kept, make)


class _Generated:
    """The versions that a generator makes, as a default."""

    is_scalar = False

    def __init__(self, generator: Any) -> None:
        self._generator = generator

    def arg(self, _context: object) -> Any:
        return self._generator(None)


def set_where_there(
    columns: Columns, question: Question
) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """What a row that is there is set to beside its new values: what Python fills, and the SQL."""
    made, found = list[tuple[str, Any]](), dict[str, Any]()
    table: Any = columns.mapper.local_table
    # Those of subclasses in the same table among them, as an UPDATE has it.
    for column in table.columns:
        default: Any = column.onupdate
        if default is None or column.key in question.new:
            continue
        if default.is_scalar or default.is_callable:
            made.append((f"{SET}{column.key}", default))
            found[column.key] = set_parameter(column)
        else:
            found[column.key] = default.arg
    version: Any = columns.mapper.version_id_col
    generator: Any = columns.mapper.version_id_generator
    if version is None or generator is False:
        return made, found
    if columns.counts_versions:
        # Not a parameter: MySQL's drivers take none behind the values of many rows.
        found[version.key] = version + literal_column("1")
    else:
        made.append((f"{SET}{version.key}", _Generated(generator)))
        found[version.key] = set_parameter(version)
    return made, found
