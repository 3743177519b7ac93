"""Relations between the classes of a family, and their mapping."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import column_property, deferred, registry, relationship, synonym

from tests.truth.columns import KINDS
from tests.truth.entities import Attribute, Entity, Link, Reference, Relation
from tests.truth.naming import RELATIONS, Names
from tests.truth.tape import Tape

_INTEGER = next(kind for kind in KINDS if kind.name == "integer")
_BOOLEAN = next(kind for kind in KINDS if kind.name == "boolean")


class Relations:
    """The properties of each class's mapper while they are drawn."""

    def __init__(self, tape: Tape, entities: list[Entity], names: list[Names]) -> None:
        self._tape = tape
        self._entities = entities
        self._names = names
        self._properties: list[dict[str, Any]] = [{} for _ in entities]

    def link(self, left: Entity, right: Entity, link: Link) -> Link:
        """Relations from many to many over a table: there, and most times back."""
        there, back = self._name(left), self._name(right)
        both = self._tape.chance(75)
        ends = (
            (left, right, there, back, link.left_columns, link.right_columns),
            (right, left, back, there, link.right_columns, link.left_columns),
        )
        for source, target, name, other, near, far in ends if both else ends[:1]:
            order = self._order(target)
            self._properties[source.number][name] = relationship(
                target.model,
                secondary=link.table,
                primaryjoin=_joined(link.table, near, source),
                secondaryjoin=_joined(link.table, far, target),
                back_populates=other if both else None,
                order_by=order,
            )
            source.relations.append(
                Relation(name, target.number, many=True, ordered=order is not False)
            )
        return link

    def map(self, to: registry) -> None:
        """Map all classes."""
        for entity in self._entities:
            for reference in entity.references:
                self._refer(entity, reference)
        for entity in self._entities:
            self._derive(entity)
        for entity, properties in zip(self._entities, self._properties, strict=True):
            columns = {
                one.name: self._column(entity, one) for one in entity.attributes if one.column
            }
            to.map_imperatively(entity.model, entity.table, properties={**columns, **properties})

    def _column(self, entity: Entity, attribute: Attribute) -> Any:
        column = entity.table.c[attribute.column or ""]
        is_own = attribute.name in {one.name for one in entity.own()}
        return deferred(column) if is_own and self._tape.chance(10) else column

    def _refer(self, entity: Entity, reference: Reference) -> None:
        """The relation of a foreign key, and most times the way back."""
        target = self._entities[reference.target]
        there, back = self._name(entity), self._name(target)
        both = self._tape.chance(85)
        columns = [entity.table.c[one.column or ""] for one in reference.attributes]
        remote = [target.table.c[one.column or ""] for one in target.key]
        join = and_(*(own == other for own, other in zip(columns, remote, strict=True)))
        options: dict[str, Any] = {"primaryjoin": join, "foreign_keys": columns}
        self._properties[entity.number][there] = relationship(
            target.model, **options, remote_side=remote, back_populates=back if both else None
        )
        entity.relations.append(
            Relation(there, target.number, many=False, optional=reference.nullable)
        )
        if both:
            self._refer_back(
                entity, target, (back, there), {**options, "remote_side": columns}, reference
            )
        if self._tape.chance(20):
            self._refer_to_some(entity, target, columns, join)

    def _refer_back(
        self,
        entity: Entity,
        target: Entity,
        names: tuple[str, str],
        options: dict[str, Any],
        reference: Reference,
    ) -> None:
        name, other = names
        order: Any = False if reference.unique else self._order(entity)
        self._properties[target.number][name] = relationship(
            entity.model,
            **options,
            uselist=not reference.unique,
            back_populates=other,
            order_by=order,
        )
        target.relations.append(
            Relation(
                name,
                entity.number,
                many=not reference.unique,
                optional=reference.unique,
                ordered=order is not False,
            )
        )

    def _refer_to_some(
        self, entity: Entity, target: Entity, columns: list[Any], join: ColumnElement[bool]
    ) -> None:
        """A relation to those children alone that meet a condition."""
        name = self._name(target)
        # A key's column stands on both sides where a class refers to itself.
        column = entity.table.c[self._tape.one_of(entity.own()).column or ""]
        order = self._order(entity)
        self._properties[target.number][name] = relationship(
            entity.model,
            primaryjoin=and_(join, column.is_not(None)),
            foreign_keys=columns,
            remote_side=[*columns, column],
            viewonly=True,
            uselist=True,
            order_by=order,
        )
        target.relations.append(
            Relation(name, entity.number, many=True, ordered=order is not False)
        )

    def _derive(self, entity: Entity) -> None:
        """Attributes that SQL computes, or that have a second name."""
        derived = [
            ("count_", _counted(self._entities, entity), _INTEGER),
            ("filled", _filled(entity), _INTEGER),
        ]
        for name, expression, kind in derived:
            if expression is not None and self._tape.chance(40):
                self._properties[entity.number][name] = column_property(expression)
                entity.attributes.append(Attribute(name, kind, nullable=False))
        self._derive_in_python(entity)
        if self._tape.chance(30):
            first = self._tape.one_of([one for one in entity.attributes if one.column])
            self._properties[entity.number]["synonym_"] = synonym(first.name)
            entity.attributes.append(Attribute("synonym_", first.kind, first.nullable))

    def _derive_in_python(self, entity: Entity) -> None:
        optional = [one for one in entity.own() if one.nullable and one.kind.compared]
        if optional and self._tape.chance(50):
            entity.model.is_missing = _missing(optional[0].name)
            entity.attributes.append(Attribute("is_missing", _BOOLEAN, nullable=False))

    def _name(self, entity: Entity) -> str:
        return self._names[entity.number].attribute(RELATIONS)

    def _order(self, target: Entity) -> Any:
        """ORDER BY of a relation: without ties, or False for none."""
        if self._tape.chance(40):
            return False
        key = [target.table.c[one.column or ""] for one in target.key]
        orderable = [one for one in target.own() if one.kind.compared]
        first: list[Any] = []
        if orderable and self._tape.chance(50):
            first = [target.table.c[self._tape.one_of(orderable).column or ""]]
        return [column.desc() if self._tape.chance(40) else column for column in [*first, *key]]


def _joined(table: Table, names: tuple[str, ...], entity: Entity) -> ColumnElement[bool]:
    columns = [entity.table.c[one.column or ""] for one in entity.key]
    return and_(*(table.c[name] == column for name, column in zip(names, columns, strict=True)))


def _counted(entities: list[Entity], entity: Entity) -> Any:
    """How many rows of another table refer to one of this: a correlated subquery."""
    for other in entities:
        for reference in other.references if other is not entity else ():
            if reference.target == entity.number:
                columns = [other.table.c[one.column or ""] for one in reference.attributes]
                own = [entity.table.c[one.column or ""] for one in entity.key]
                joined = and_(*(a == b for a, b in zip(columns, own, strict=True)))
                counted = select(func.count()).select_from(other.table).where(joined)
                return counted.correlate_except(other.table).scalar_subquery()
    return None


def _filled(entity: Entity) -> Any:
    numbers = [one for one in entity.own() if one.kind is _INTEGER]
    return func.coalesce(entity.table.c[numbers[0].column or ""], -5) if numbers else None


def _missing(name: str) -> Any:
    def is_missing(self: Any) -> bool:
        return getattr(self, name) is None

    def expression(cls: Any) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = getattr(cls, name).is_(None)
        return condition

    return hybrid_property(is_missing).expression(expression)
