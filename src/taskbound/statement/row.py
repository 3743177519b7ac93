"""The columns of one SELECT, collected while a plan is walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column as TableColumn
from sqlalchemy import inspect, select
from sqlalchemy.orm import aliased, outerjoin
from sqlalchemy.types import TypeDecorator

from taskbound.plan import Aggregate, Column
from taskbound.plan.layout import Value
from taskbound.statement.adapted import adapted
from taskbound.statement.aggregate import aggregate_column
from taskbound.statement.carried import Carriage
from taskbound.statement.single_table import for_every_class
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Dialect, Select
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

_UNCARRIED = Carriage()


class Row:
    """What a SELECT from one entity returns, and the entities that it joins for that.

    carry: how values travel where the row stands inside a cell; None for a row of its own.
    """

    def __init__(
        self,
        entity: Any,
        dialect: Dialect,
        carry: Callable[[TypeEngine[Any], Dialect], Carriage | None] | None = None,
    ) -> None:
        self.columns: list[Any] = []
        # Which of them are cells of rows.
        self.cells: set[int] = set()
        self.dialect = dialect
        self._carry = carry
        self._entities: dict[tuple[str, ...], Any] = {(): entity}
        self._joins: list[tuple[Any, Any]] = []
        self._places: dict[tuple[tuple[str, ...], str], int] = {}

    def entity(self, path: tuple[str, ...]) -> Any:
        """The class or alias at the end of to-one relations, joined once for each path."""
        found = self._entities.get(path)
        if found is None:
            relation = getattr(self.entity(path[:-1]), path[-1])
            found = aliased(relation.property.mapper.class_, flat=True)
            self.join(path, found, relation.of_type(found))
        return found

    def join(self, path: tuple[str, ...], entity: Any, onclause: Any) -> None:
        """Join an entity, which is at the end of a path from then on."""
        self.know(path, entity)
        self._joins.append((entity, onclause))

    def know(self, path: tuple[str, ...], entity: Any) -> None:
        """Have an entity, which is part of what is joined already, at the end of a path."""
        self._entities[path] = entity

    def value(self, part: Column | Aggregate, prefix: tuple[str, ...]) -> Value:
        """The place of a part's value in the row, which is added unless it is there already.

        prefix: from the row's entity to that of the part's plan.
        """
        path = (*prefix, *part.path[:-1])
        entity = self.entity(path)
        computed = True
        if isinstance(part, Aggregate):
            place = self._add(aggregate_column(part, entity), part.type)
        elif part.expression is not None:
            expression = for_every_class(adapted(part.expression, entity), entity)
            place = self._add(expression, part.type)
        else:
            attribute = getattr(entity, part.path[-1])
            place = self._attribute(path, part.path[-1], attribute, part.type)
            computed = not isinstance(_column_of(attribute), TableColumn)
        carriage = self._carriage(part.type)
        return Value(
            part.field,
            place,
            carriage.decode,
            carriage.sure,
            None if carriage.is_value else converter(part.type, self.dialect, computed=computed),
            self._presence(part, path, computed=computed),
        )

    def _presence(
        self, part: Column | Aggregate, path: tuple[str, ...], *, computed: bool
    ) -> int | None:
        """What tells that there is no object, where the SQL or the type makes a value of its absence."""
        if len(part.path) == 1 or isinstance(part, Aggregate):
            return None
        speaks_of_null = computed or isinstance(part.type, TypeDecorator)
        return self.keys(path)[0] if speaks_of_null else None

    def discriminator(self, expression: Any) -> Value:
        """The place of what tells the classes of an inheritance apart."""
        place = self._add(expression, expression.type)
        convert = converter(expression.type, self.dialect)
        return Value("identity", place, self._carriage(expression.type).decode, convert=convert)

    def cell(self, rows: Any) -> int:
        """The place of a cell of rows, which is added."""
        self.columns.append(rows)
        self.cells.add(len(self.columns) - 1)
        return len(self.columns) - 1

    def keys(self, path: tuple[str, ...]) -> tuple[int, ...]:
        """The places of the primary key of the entity at the end of a path."""
        entity = self.entity(path)
        attributes = ((name, getattr(entity, name)) for name in key_names(inspect(entity).mapper))
        return tuple(self._attribute(path, name, found, found.type) for name, found in attributes)

    def foreign(self, columns: Sequence[Any]) -> tuple[int, ...]:
        """The places of columns of another entity, which are added."""
        return tuple(self._add(column, column.type) for column in columns)

    def _attribute(
        self, path: tuple[str, ...], name: str, attribute: Any, held: TypeEngine[Any]
    ) -> int:
        place = self._places.get((path, name))
        if place is None:
            column = for_every_class(attribute, self.entity(path))
            place = self._places[path, name] = self._add(column, held)
        return place

    def _add(self, expression: Any, held: TypeEngine[Any]) -> int:
        encode = self._carriage(held).encode
        if self._carry is not None:
            expression = _as_column(expression, held, self.dialect)
        self.columns.append(encode(expression) if encode else expression)
        return len(self.columns) - 1

    def _carriage(self, held: TypeEngine[Any]) -> Carriage:
        if self._carry is None:
            return _UNCARRIED
        # What cannot be carried was not planned to be.
        return self._carry(held, self.dialect) or _UNCARRIED

    def joined(self, statement: Select[Any]) -> Select[Any]:
        """The SELECT with the entities of this row joined to it."""
        for entity, onclause in self._joins:
            statement = statement.join(entity, onclause, isouter=True)
        return statement

    def selected(self, columns: Sequence[Any], start: Any, *, has_criteria: bool) -> Select[Any]:
        """A SELECT of its own from `start`, and what this row joins to it.

        has_criteria: `with_loader_criteria()` is to hold. SQLAlchemy puts it into the ON of what a SELECT
            joins, and not of a join that is there already; but it does not find the left side of every join.
        """
        if has_criteria:
            return self.joined(select(*columns).select_from(start))
        for entity, onclause in self._joins:
            start = outerjoin(start, entity, onclause)
        return select(*columns).select_from(start)


def key_names(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes of the primary key."""
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


def _as_column(expression: Any, held: TypeEngine[Any], dialect: Dialect) -> Any:
    """What the type makes of an expression in a list of columns; elsewhere the compiler does not ask it."""
    found = held.dialect_impl(dialect)
    return found.column_expression(expression) if found._has_column_expression else expression


def _column_of(attribute: Any) -> Any:
    """The column behind an attribute of a class; what is no attribute is SQL already."""
    columns = getattr(getattr(attribute, "property", None), "columns", None)
    return columns[0] if columns else attribute
