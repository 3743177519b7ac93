"""Families of mapped classes, drawn from a tape."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint
from sqlalchemy.orm import configure_mappers, registry

from tests.truth.columns import kinds_on
from tests.truth.entities import Attribute, Entity, Family, Link, Reference
from tests.truth.keys import KEYS
from tests.truth.naming import ATTRIBUTES, Names, table_names
from tests.truth.relations import Relations
from tests.truth.tape import Tape

_BYTES = 4000


def families(backend: str, seed: int, count: int) -> tuple[Family, ...]:
    """So many families for a backend, the same for each seed."""
    chance = random.Random(f"{backend} {seed}")
    names = table_names()
    tapes = (Tape(chance.randbytes(_BYTES)) for _ in range(count))
    return tuple(
        _Drawing(tape, number, backend, names).family() for number, tape in enumerate(tapes)
    )


class _Drawing:
    """One family that is being drawn."""

    def __init__(self, tape: Tape, number: int, backend: str, tables: Iterator[str]) -> None:
        self._tape = tape
        self._number = number
        self._backend = backend
        self._tables = tables
        self._metadata = MetaData()
        self._entities: list[Entity] = []
        self._names: list[Names] = []
        self._kinds = kinds_on(backend)

    def family(self) -> Family:
        for number in range(self._tape.between(2, 4)):
            self._entities.append(self._entity(number))
        relations = Relations(self._tape, self._entities, self._names)
        links = tuple(relations.link(*pair, self._link(*pair)) for pair in self._pairs())
        relations.map(registry(metadata=self._metadata))
        configure_mappers()
        return Family(self._number, self._backend, self._metadata, tuple(self._entities), links)

    def _entity(self, number: int) -> Entity:
        names = Names(self._tape)
        self._names.append(names)
        name = f"{self._tape.one_of(('Order', 'Item', 'Select', 'Straße'))}{self._number}_{number}"
        table = Table(next(self._tables), self._metadata)
        entity = Entity(number, name, table, type(name, (), {}), ())
        references = list(self._references(entity, names))
        self._keep(entity, references, self._own_key(names, identified=_identifies(references)))
        for _ in range(self._tape.between(1, 6)):
            kind = self._tape.one_of(self._kinds)
            nullable = self._tape.chance(40)
            self._column(entity, self._attribute(names, kind, ATTRIBUTES, nullable=nullable))
        return entity

    def _references(self, entity: Entity, names: Names) -> Iterator[Reference]:
        """To earlier classes."""
        if entity.number == 0:
            return
        for number in range(self._tape.between(1, 2)):
            target = self._entities[self._tape.below(entity.number)]
            identifying = number == 0 and self._tape.chance(20)
            nullable = not identifying and self._tape.chance(40)
            yield self._reference(names, target, nullable=nullable, identifying=identifying)

    def _reference(
        self, names: Names, target: Entity, *, nullable: bool, identifying: bool
    ) -> Reference:
        attributes = tuple(
            self._attribute(names, key.kind, (f"ref_{key.name}",), nullable=nullable)
            for key in target.key
        )
        unique = not identifying and self._tape.chance(25)
        return Reference(target.number, attributes, nullable, unique, identifying)

    def _own_key(self, names: Names, *, identified: bool) -> tuple[Attribute, ...]:
        count = 2 if not identified and self._tape.chance(25) else 1
        return tuple(
            self._attribute(names, self._tape.one_of(KEYS), ("id", "code", "number"))
            for _ in range(count)
        )

    def _keep(
        self, entity: Entity, references: list[Reference], own: tuple[Attribute, ...]
    ) -> None:
        identifying = [one for one in references if one.identifying]
        entity.key = tuple(part for one in identifying for part in one.attributes) + own
        for attribute in entity.key:
            self._column(entity, attribute, primary_key=True)
        for reference in references:
            if reference not in identifying:
                for attribute in reference.attributes:
                    self._column(entity, attribute)
            self._constrain(entity, reference)
        if self._tape.chance(35):
            itself = self._reference(self._names[-1], entity, nullable=True, identifying=False)
            for attribute in itself.attributes:
                self._column(entity, attribute)
            self._constrain(entity, itself)

    def _constrain(self, entity: Entity, reference: Reference) -> None:
        entity.references.append(reference)
        target = entity if reference.target == entity.number else self._entities[reference.target]
        columns = [entity.table.c[one.column or ""] for one in reference.attributes]
        remote = [target.table.c[one.column or ""] for one in target.key]
        entity.table.append_constraint(ForeignKeyConstraint(columns, remote))
        if reference.unique:
            entity.table.append_constraint(UniqueConstraint(*columns))

    def _attribute(
        self, names: Names, kind: Any, pool: tuple[str, ...], *, nullable: bool = False
    ) -> Attribute:
        name = names.attribute(pool)
        return Attribute(name, kind, nullable, names.column(name))

    def _column(self, entity: Entity, attribute: Attribute, *, primary_key: bool = False) -> None:
        kind = attribute.kind
        made = kind.made(f"e{self._number}_{entity.number}_{len(entity.attributes)}")
        column: Column[Any] = Column(
            attribute.column,
            made,
            nullable=attribute.nullable,
            primary_key=primary_key,
            autoincrement=False,
        )
        entity.table.append_column(column)
        entity.attributes.append(attribute)

    def _pairs(self) -> Iterator[tuple[Entity, Entity]]:
        """Those between whom there are relations from many to many."""
        for entity in self._entities:
            if self._tape.chance(40):
                yield entity, self._tape.one_of(self._entities)

    def _link(self, left: Entity, right: Entity) -> Link:
        columns = [
            Column(f"{side}_{number}", key.kind.made(""), primary_key=True, autoincrement=False)
            for side, entity in (("left", left), ("right", right))
            for number, key in enumerate(entity.key)
        ]
        table = Table(next(self._tables), self._metadata, *columns)
        ends = tuple(column.name for column in columns)
        middle = len(left.key)
        for names, entity in ((ends[:middle], left), (ends[middle:], right)):
            remote = [entity.table.c[one.column or ""] for one in entity.key]
            own = [table.c[name] for name in names]
            table.append_constraint(ForeignKeyConstraint(own, remote))
        return Link(table, left.number, right.number, ends[:middle], ends[middle:])


def _identifies(references: list[Reference]) -> bool:
    return any(one.identifying for one in references)
