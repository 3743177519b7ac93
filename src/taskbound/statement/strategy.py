"""How the children of a plan are read: in the same statement, or in one of their own for each level.

The choice follows from the dialect and the plan alone, so it is made once and can be explained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import JSON, Text, cast, func, literal_column

from taskbound.plan import Aggregate, Column, Many
from taskbound.statement import carried

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Select
    from sqlalchemy.types import TypeEngine

    from taskbound.plan import Plan
    from taskbound.plan.layout import Rows

Children: TypeAlias = Literal["inline", "batch"]

# Arguments of one function: PostgreSQL and older versions of SQLite take a hundred.
_WIDEST_JSON = 100
# Columns of a record.
_WIDEST_RECORD = 1600


@dataclass(frozen=True, slots=True)
class Inline:
    """A way to have children in a cell of their parent's row."""

    name: str
    """What it is called in explanations."""
    carry: Callable[[TypeEngine[Any], Dialect], carried.Carriage | None]
    widest: int
    """Columns of a child at most."""
    row: Callable[..., Any]
    """Makes one value of a child's columns."""
    gather: Callable[[Any], Any] | None
    """The aggregate function that makes one cell of rows; None where the SELECT of them is wrapped."""
    nested: Callable[[Any], Any] | None = None
    """What a cell is wrapped in where it stands in a row that is itself inside a cell."""
    outermost: Callable[[Any], Any] | None = None
    """What a cell is wrapped in where it stands in a row of its own."""
    decode: Callable[[], Callable[[Any], Rows]] | None = None
    """What makes rows of the outermost cell, imported when it is asked for; None where the driver does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How the children of one relation are read, and why."""

    relation: str
    inline: Inline | None
    """None where they have a statement of their own."""
    reason: str


def choose(many: Many, dialect: Dialect, asked: Children | None) -> Choice:
    """How the children of `many` are read.

    asked: what the caller wants instead of the best; "inline" is not heard where it cannot be done.
    """
    relation = f"{many.mapper.class_.__name__}.{many.path[-1]}"
    inline = _INLINE.get((dialect.name, dialect.driver))
    if inline is None:
        return Choice(relation, None, f"{dialect.driver} has no way to carry rows inside a row")
    if asked == "batch":
        return Choice(relation, None, "asked for")
    obstacle = next(_obstacles(many, inline, dialect), None)
    if obstacle is not None:
        return Choice(relation, None, obstacle)
    return Choice(relation, inline, "it is one round trip and repeats no parent")


def _obstacles(many: Many, inline: Inline, dialect: Dialect) -> Iterator[str]:
    """What keeps children, or those further down, out of their parent's row."""
    if many.recursive:
        yield "the depth of a tree is not known before it is read"
    width = 0
    for plan in _row(many.plan):
        for part in plan.parts:
            width += 1
            if isinstance(part, Many):
                yield from _obstacles(part, inline, dialect)
            elif isinstance(part, Column | Aggregate) and inline.carry(part.type, dialect) is None:
                source = f"{part.mapper.class_.__name__}.{part.path[-1]}"
                yield f"{source} {part.type!r} cannot travel in {inline.name}"
    if width > inline.widest:
        yield f"{width} columns are too many for {inline.name}"


def _row(plan: Plan) -> Iterator[Plan]:
    """The plan and those of its to-one relations, whose columns stand in the same row."""
    yield plan
    for one in plan.ones:
        yield from _row(one.plan)


def array(rows: Select[Any]) -> Any:
    """An array of the rows of a SELECT with one column, in their order."""
    return func.array(rows.scalar_subquery())


def _rows_or_none(row: Any) -> Any:
    # json_agg() of no rows is NULL.
    return func.coalesce(func.json_agg(row), literal_column("'[]'::json", JSON))


def _read_json() -> Callable[[Any], Rows]:
    # Half the time of the standard library's. Pydantic brings it, and is imported late as Pydantic is.
    from pydantic_core import from_json

    return from_json


def _as_text(cell: Any) -> Any:
    return cast(cell, Text)


def _json(cell: Any) -> Any:
    # SQLite takes what comes out of a subquery for text.
    return func.json(cell)


_RECORDS = Inline("a record", carried.in_record, _WIDEST_RECORD, func.row, None)
_POSTGRESQL_JSON = Inline(
    "JSON",
    carried.in_json_of_postgresql,
    _WIDEST_JSON,
    func.json_build_array,
    _rows_or_none,
    outermost=_as_text,
    decode=_read_json,
)
_SQLITE_JSON = Inline(
    "JSON",
    carried.in_json_of_sqlite,
    _WIDEST_JSON,
    func.json_array,
    func.json_group_array,
    nested=_json,
    decode=_read_json,
)
_INLINE = {
    ("postgresql", "asyncpg"): _RECORDS,
    ("postgresql", "psycopg"): _POSTGRESQL_JSON,
    ("sqlite", "aiosqlite"): _SQLITE_JSON,
}
