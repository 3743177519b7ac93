"""What writes one row, made ready for one dialect: the text to send, and the function that makes the DTO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskbound.assemble import generated
from taskbound.plan import plan_of
from taskbound.statement import CompiledStatement
from taskbound.statement.returned import Returned, returned, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
                row[name] = (
                    default.arg if default.is_scalar else default.arg(RowContext(row, self.absent))
                )
        return self.statement.bound(row, None)


class RowContext:
    """What a default is called with that takes SQLAlchemy's context: the row that is written."""

    def __init__(self, row: Mapping[str, Any], absent: tuple[str, ...] = ()) -> None:
        self._row = row
        self._absent = absent

    @property
    def current_parameters(self) -> Mapping[str, Any]:
        """The values by column, with None where the unit of work writes that."""
        return {**dict.fromkeys(self._absent), **self._row}

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> Mapping[str, Any]:  # noqa: ARG002  # SQLAlchemy's own
        """The values by column."""
        return self.current_parameters


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
