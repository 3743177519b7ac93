"""What writes one row, made ready for one dialect: the text to send, and the function that makes the DTO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taskbound.assemble import generated
from taskbound.dml.filled import value_of
from taskbound.dml.key import Attribute
from taskbound.plan import plan_of
from taskbound.statement import CompiledStatement
from taskbound.statement.returned import Returned, returned, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Dialect

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
    known: tuple[Attribute, ...]
    """What it returns beside the DTO: the key by which one of a new row is read, what was asked for."""
    absent: tuple[str, ...]
    """The parameters that a default finds to be None where they are not given, as in SQLAlchemy's context."""

    def bound(self, row: dict[str, Any]) -> tuple[str, Arguments]:
        """The SQL text and its arguments.

        row: values by parameter. What Python fills of a new row is put into it.
        """
        for name, default in self.statement.defaults:
            if name not in row:
                row[name] = value_of(default, row, self.absent)
        return self.statement.bound(row, None)

    def makes(self, dto: Any) -> bool:
        """Whether what it returns is all that a DTO needs."""
        return dto is None or self.assemble is not None

    @property
    def returns_rows(self) -> bool:
        """Whether it returns anything."""
        return self.assemble is not None or bool(self.known)


def written(
    columns: Columns,
    verb: Verb,
    dto: Any,
    target: Target,
    *,
    make: Callable[[Sequence[Any]], Any],
    keys: Sequence[str] | None,
    needed: Collection[str] = (),
) -> Written:
    """What writes a row of a class.

    dto: what is made of the row; None where nothing is.
    make: the statement, for the columns that it is to return.
    keys: of the columns that are set; None where the statement names them, or has none.
    needed: the attributes that are to be returned whatever becomes of the DTO.
    """
    mapper, dialect = columns.mapper, target.dialect
    found: Returned | None = None
    if dto is not None:
        found = returned(plan_of(dto, mapper.class_), dialect, verb)
    returning: list[Any] = list(found.columns) if found else []
    if dto is not None and found is None and verb == "insert":
        needed = dict.fromkeys((*needed, *columns.key))
    known = tuple(_known(columns, needed, returning, dialect)) if returns(dialect, verb) else ()
    statement = CompiledStatement(make(returning), target, None, columns=keys)
    what = f"{verb.upper()} {mapper.local_table.description}"
    return Written(
        statement,
        what,
        generated(found.layout) if found else None,
        known,
        (*columns.absent, *(name for name, _ in statement.defaults)) if verb == "insert" else (),
    )


def _known(
    columns: Columns, needed: Iterable[str], returning: list[Any], dialect: Dialect
) -> Iterator[Attribute]:
    """Where attributes are returned, behind what is returned already if they are not among that."""
    for name in needed:
        column = columns.by_attribute[name]
        place = next((at for at, one in enumerate(returning) if one is column), len(returning))
        if place == len(returning):
            returning.append(column)
        yield Attribute.of(columns, name, place, dialect)
