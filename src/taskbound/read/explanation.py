"""What a query does: the DTO as a tree, each statement, the reasons, and what the engine says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any

from taskbound.statement import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from taskbound.read.asked import Asked, Ready
    from taskbound.read.reading import BatchReading, Reading
    from taskbound.read.run import Source

# How each engine is asked for the plan of a statement, and for what it really did.
_EXPLAIN = {
    "postgresql": ("EXPLAIN ", "EXPLAIN (ANALYZE, BUFFERS) "),
    "sqlite": ("EXPLAIN QUERY PLAN ", "EXPLAIN QUERY PLAN "),
    "mysql": ("EXPLAIN ", "ANALYZE "),
    "mariadb": ("EXPLAIN ", "ANALYZE "),
}
# Of SQLite's four columns the last one is text; the second is the step that a step belongs to.
_SQLITE_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class ExplainedStatement:
    """One statement of a query."""

    reads: str
    """What is read by it: the model, or the relation whose children it reads for many parents."""
    sql: str
    plan: str
    """What the engine's EXPLAIN says."""

    def __str__(self) -> str:
        return f"{self.reads}:\n{indent(self.sql, '    ')}\n{indent(self.plan, '      ')}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Returned by `ProjectionQuery.explain()`; `str()` of it is for people."""

    tree: str
    """The DTO: each field, and the column, join or children that fill it."""
    choices: tuple[str, ...]
    """For each relation to many how its children are read, and why."""
    statements: tuple[ExplainedStatement, ...]
    """In the order in which they are sent."""
    unfiltered: tuple[str, ...] = ()
    """The names of the filters of models that are left out, in the order of the alphabet."""

    def __str__(self) -> str:
        without = (f"without the filters {', '.join(self.unfiltered)}",) if self.unfiltered else ()
        return "\n\n".join([self.tree, *self.choices, *without, *map(str, self.statements)])


async def explained(source: Source, asked: Asked[Any], *, analyze: bool) -> Explanation:
    """What `ProjectionQuery.explain` returns."""
    ready = asked.ready(source.target)
    reading = ready.reading
    prefix = _EXPLAIN.get(source.dialect.name, ("EXPLAIN ", "EXPLAIN ANALYZE "))[analyze]
    statements = []
    sent = [
        (reading.plan.mapper.class_.__name__, ready.reading.statement.bound(*ready[1:])),
        *_batches(reading.batches, ready),
    ]
    for reads, (sql, arguments) in sent:
        rows = await source.fetch(prefix + sql, arguments)
        statements.append(ExplainedStatement(reads, sql, "\n".join(_lines(rows))))
    return Explanation(
        reading.plan.explain(),
        tuple(_choices(reading)),
        tuple(statements),
        tuple(sorted(asked.filters.off)),
    )


def _choices(reading: Reading) -> Iterator[str]:
    for choice in reading.choices:
        way = f"in the same statement, in {choice.inline.name}" if choice.inline else "in a batch"
        yield f"{choice.relation}: {way}, because {choice.reason}"


def _batches(
    batches: Sequence[BatchReading], ready: Ready
) -> Iterator[tuple[str, tuple[str, Any]]]:
    """Each batch as it is sent for one parent, whose key is left open."""
    for batch in batches:
        key = None if len(batch.keys) == 1 else (None,) * len(batch.keys)
        yield (
            batch.relation,
            batch.statement.bound({**ready.parameters, KEYS: [key]}, ready.extracted),
        )
        yield from _batches(batch.batches, ready)


def _lines(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    levels: dict[Any, int] = {0: 0}
    for row in rows:
        if len(row) == 1:
            yield str(row[0])
        elif len(row) == _SQLITE_COLUMNS:
            levels[row[0]] = levels.get(row[1], 0) + 1
            yield f"{'  ' * levels.get(row[1], 0)}{row[3]}"
        else:
            yield " | ".join("" if value is None else str(value) for value in row)
