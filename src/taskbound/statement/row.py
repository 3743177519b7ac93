"""The columns of one SELECT, collected while a plan is walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from taskbound.statement.adapted import adapted
from taskbound.statement.carried import Carriage
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Dialect, Select
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.plan import Column
    from taskbound.plan.layout import Instruction

_Carry = "Callable[[TypeEngine[Any], Dialect], Carriage | None]"
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
        self.dialect = dialect
        self._carry = carry
        self._entities: dict[tuple[str, ...], Any] = {(): entity}
        self._joins: list[Any] = []
        self._places: dict[tuple[tuple[str, ...], str], int] = {}

    def entity(self, path: tuple[str, ...]) -> Any:
        """The class or alias at the end of to-one relations, joined once for each path."""
        found = self._entities.get(path)
        if found is None:
            relation = getattr(self.entity(path[:-1]), path[-1])
            found = aliased(relation.property.mapper.class_, flat=True)
            self._entities[path] = found
            self._joins.append(relation.of_type(found))
        return found

    def column(self, column: Column, prefix: tuple[str, ...] = ()) -> tuple[int, Carriage, Any]:
        """The place of a plan's column in the row, how it travels, and its SQL."""
        path, name = (*prefix, *column.path[:-1]), column.path[-1]
        entity = self.entity(path)
        if column.expression is not None:
            expression = adapted(column.expression, entity)
            return self.add(expression), self.carriage(expression.type), expression
        expression = getattr(entity, name)
        if (place := self._places.get((path, name))) is None:
            place = self._places[path, name] = self.add(expression)
        return place, self.carriage(expression.type), _column_of(expression)

    def add(self, expression: Any) -> int:
        """Append a column of its own, written as it has to travel."""
        encode = self.carriage(expression.type).encode
        self.columns.append(encode(expression) if encode else expression)
        return len(self.columns) - 1

    def append(self, expression: Any) -> int:
        """Append what is there to be read as it is, such as a cell of rows."""
        self.columns.append(expression)
        return len(self.columns) - 1

    def keys(self, path: tuple[str, ...]) -> tuple[int, ...]:
        """The places of the primary key of the entity at the end of a path."""
        entity = self.entity(path)
        return tuple(self._key(path, entity, name) for name in key_names(inspect(entity).mapper))

    def _key(self, path: tuple[str, ...], entity: Any, name: str) -> int:
        if (place := self._places.get((path, name))) is None:
            place = self._places[path, name] = self.add(getattr(entity, name))
        return place

    def carriage(self, held: TypeEngine[Any]) -> Carriage:
        """How values of a type travel in this row."""
        if self._carry is None:
            return _UNCARRIED
        # What cannot be carried was not planned to be.
        return self._carry(held, self.dialect) or _UNCARRIED

    def convert(self, expression: Any) -> Callable[[Any], Any] | None:
        """What makes the driver's value of an expression its value in Python."""
        return converter(_column_of(expression), self.dialect)

    def joined(self, select: Select[Any]) -> Select[Any]:
        """The SELECT with the entities of this row joined to it."""
        for relation in self._joins:
            select = select.join(relation, isouter=True)
        return select


def key_names(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes of the primary key."""
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


def _column_of(attribute: Any) -> ColumnElement[Any]:
    """The column behind an attribute of a class; what is no attribute is SQL already."""
    prop = getattr(attribute, "property", None)
    columns = getattr(prop, "columns", None)
    return columns[0] if columns else attribute
