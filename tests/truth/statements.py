"""Statements over a class of a family, drawn from a tape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, not_, or_, select
from sqlalchemy.orm import aliased, undefer

from tests.truth.columns import POSTGRESQL
from tests.truth.entities import Attribute, Entity, Family, Relation
from tests.truth.tape import Tape

# What no cursor of a page carries.
_UNCARRIED = {"cents", "numbers", "texts", "matrix", "moments", "colours"}


@dataclass(frozen=True)
class Statement:
    """What is asked for."""

    asked: Any
    """A select, or the class itself."""
    ordered: bool
    """Whether its rows have an order without ties."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """Values of its bound parameters."""
    pageable: bool = True
    """Whether each row comes once at most, and none is left out by a limit."""

    @property
    def select(self) -> Select[Any]:
        """What the ORM executes."""
        return select(self.asked) if isinstance(self.asked, type) else self.asked


def drawn_statement(tape: Tape, values: Tape, family: Family, entity: Entity) -> Statement:
    """A statement that selects a class: filtered, joined, ordered, cut.

    values: what it compares with, so that a statement can come back with other values.
    """
    return _Drawing(tape, values, family, entity).statement()


class _Drawing:
    def __init__(self, tape: Tape, values: Tape, family: Family, entity: Entity) -> None:
        self._tape = tape
        self._values = values
        self._family = family
        self._entity = entity
        self._parameters: dict[str, Any] = {}
        self._ordered = False
        self._pageable = True

    def statement(self) -> Statement:
        if self._tape.chance(10):
            return Statement(self._entity.model, ordered=False)
        source = self._source()
        statement = self._joined(select(source), source)
        for _ in range(self._tape.one_of((0, 0, 1, 2))):
            statement = statement.where(self._condition(source))
        if self._tape.chance(60):
            statement = self._cut(self._in_order(statement, source))
        return Statement(statement, self._ordered, self._parameters, self._pageable)

    def _source(self) -> Any:
        """The class, another name for it, or a subquery that takes its place."""
        model = self._entity.model
        how = self._tape.below(8)
        if how == 6:
            return aliased(model)
        if how == 7:
            inner = select(model).options(undefer("*")).where(self._condition(model))
            return aliased(model, inner.subquery())
        return model

    def _joined(self, statement: Select[Any], source: Any) -> Select[Any]:
        if not self._entity.relations or not self._tape.chance(30):
            return statement
        relation = self._tape.one_of(self._entity.relations)
        other = aliased(self._family.entities[relation.target].model)
        attribute = getattr(source, relation.name).of_type(other)
        outer = self._tape.chance(40)
        statement = statement.join(attribute, isouter=outer)
        if self._tape.chance(50):
            statement = statement.where(self._on_a_column(other, self._of(relation)))
        if relation.many and self._can_be_distinct() and self._tape.chance(60):
            return statement.distinct()
        self._pageable = not relation.many
        return statement

    def _can_be_distinct(self) -> bool:
        # PostgreSQL's json knows no equality.
        kinds = {one.kind.name for one in self._entity.attributes}
        return self._family.backend != POSTGRESQL or not kinds & {"json", "json_none", "tags"}

    def _condition(self, source: Any) -> ColumnElement[bool]:
        one = self._simple(source)
        match self._tape.below(6):
            case 4:
                return or_(one, self._simple(source))
            case 5:
                return not_(and_(one, self._simple(source)))
        return one

    def _simple(self, source: Any) -> ColumnElement[bool]:
        if self._entity.relations and self._tape.chance(25):
            return self._on_a_relation(source, self._tape.one_of(self._entity.relations))
        return self._on_a_column(source, self._entity)

    def _on_a_relation(self, source: Any, relation: Relation) -> ColumnElement[bool]:
        attribute = getattr(source, relation.name)
        target = self._of(relation)
        inner = self._on_a_column(target.model, target) if self._tape.chance(50) else None
        found = attribute.any(inner) if relation.many else attribute.has(inner)
        condition: ColumnElement[bool] = ~found if self._tape.chance(30) else found
        return condition

    def _on_a_column(self, source: Any, entity: Entity) -> ColumnElement[bool]:
        attribute = self._tape.one_of([one for one in entity.attributes if one.kind.compared])
        column = getattr(source, attribute.name)
        conditions: list[Callable[[], ColumnElement[bool]]] = [
            lambda: column == self._value(attribute),
            lambda: column != self._value(attribute),
            lambda: column.is_(None),
            lambda: column.in_([self._value(attribute), self._value(attribute)]),
            lambda: column == self._parameter(attribute),
        ]
        if attribute.kind.name != "boolean":
            conditions.append(lambda: column >= self._value(attribute))
        if attribute.kind.name in {"text", "string"}:
            conditions.append(lambda: column.contains("%a", autoescape=True))
        if attribute.kind.name in {"integer", "key"}:
            conditions.append(lambda: column % 2 == literal_column("7 % 2"))
        return self._tape.one_of(conditions)()

    def _parameter(self, attribute: Attribute) -> Any:
        name = f"wanted_{len(self._parameters)}"
        self._parameters[name] = self._value(attribute)
        return bindparam(name)

    def _value(self, attribute: Attribute) -> Any:
        return self._values.one_of(attribute.kind.values_on(self._family.backend))

    def _in_order(self, statement: Select[Any], source: Any) -> Select[Any]:
        self._ordered = True
        key = [getattr(source, one.name) for one in self._entity.key]
        if not _is_distinct(statement) and self._tape.chance(50):
            sortable = [one for one in self._entity.attributes if one.kind.compared]
            first = self._tape.one_of(sortable)
            key.insert(0, getattr(source, first.name))
            self._pageable = self._pageable and first.kind.name not in _UNCARRIED
        return statement.order_by(*(one.desc() if self._tape.chance(40) else one for one in key))

    def _cut(self, statement: Select[Any]) -> Select[Any]:
        if self._tape.chance(40):
            self._pageable = False
            statement = statement.limit(self._values.between(1, 4))
            if self._tape.chance(40):
                statement = statement.offset(self._values.between(1, 2))
        return statement

    def _of(self, relation: Relation) -> Entity:
        return self._family.entities[relation.target]


def _is_distinct(statement: Select[Any]) -> bool:
    return bool(statement._distinct)
