"""What writes one row, made ready for one dialect: the text to send, and the function that makes the DTO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskbound.assemble import generated
from taskbound.dml.filled import value_of
from taskbound.plan import plan_of
from taskbound.statement import CompiledStatement
from taskbound.statement.returned import Returned, returned, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.plan.layout import Batches, Rows
    from taskbound.statement import Arguments, Target
    from taskbound.statement.returned import Verb


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A statement that writes one row."""

    statement: CompiledStatement
    what: str
    """The verb and the table."""
    assemble: Callable[[Rows, Batches], list[Any]] | None
    """Makes the DTO of what the statement returns; None where it returns none, or only the key."""
    returns_key: bool
    """Whether it returns the primary key, by which the DTO is read."""
    absent: tuple[str, ...]
    """The keys of columns that are NULL in a new row which they are not given for."""

    def bound(self, row: dict[str, Any]) -> tuple[str, Arguments]:
        """The SQL text and its arguments.

        row: values by parameter. What Python fills of a new row is put into it.
        """
        for name, default in self.statement.defaults:
            if name not in row:
                row[name] = value_of(default, row, self.absent)
        return self.statement.bound(row, None)


def written(
    columns: Columns,
    verb: Verb,
    dto: Any,
    target: Target,
    *,
    make: Callable[[Sequence[Any]], Any],
    keys: Sequence[str] | None,
    needs_key: bool = False,
) -> Written:
    """What writes a row of a class.

    dto: what is made of the row; None where nothing is.
    make: the statement, for the columns that it is to return.
    keys: of the columns that are set; None where the statement names them, or has none.
    needs_key: whether the key is wanted where the DTO is not made of what is returned.
    """
    mapper, dialect = columns.mapper, target.dialect
    found: Returned | None = None
    if dto is not None and not needs_key:
        found = returned(plan_of(dto, mapper.class_), dialect, verb)
    returning: Sequence[Any] = found.columns if found else ()
    wants_key = needs_key or (dto is not None and found is None and verb == "insert")
    returns_key = wants_key and returns(dialect, verb)
    if returns_key:
        returning = mapper.primary_key
    statement = CompiledStatement(make(returning), target, None, columns=keys)
    what = f"{verb.upper()} {mapper.local_table.description}"
    return Written(
        statement,
        what,
        generated(found.layout) if found else None,
        returns_key,
        columns.absent if verb == "insert" else (),
    )
