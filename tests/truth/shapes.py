"""DTOs over the classes of a family, drawn from a tape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count

from tests.truth.columns import KINDS
from tests.truth.criteria import drawn_aggregation, drawn_expression, drawn_selection
from tests.truth.dtos import CONTAINERS, Dto, Field
from tests.truth.entities import Attribute, Entity, Family, Relation
from tests.truth.making import MAKERS, VARIANTS, made
from tests.truth.tape import Tape

_KINDS = tuple(MAKERS)
_RENAMED = ("renamed", "other", "this", "value_", "row_", "größe2", "camelCase", "item", "n")
_DEPTH = 3
AGGREGATED = {
    "Count": next(kind for kind in KINDS if kind.name == "integer"),
    "Exists": next(kind for kind in KINDS if kind.name == "boolean"),
}


def drawn_dto(tape: Tape, family: Family, entity: Entity) -> Dto:
    """A DTO of a class, nested to three levels at most."""
    drawing = _Drawing(tape, family)
    return drawing.dto(entity, tape.one_of(_KINDS), depth=_DEPTH, hashable=False)


class _Drawing:
    def __init__(self, tape: Tape, family: Family) -> None:
        self._tape = tape
        self._entities = family.entities
        self._backend = family.backend
        self._numbers = count()

    def dto(self, entity: Entity, kind: str, *, depth: int, hashable: bool) -> Dto:
        fields = [
            *self._values(entity, hashable=hashable),
            *self._flat(entity, hashable=hashable),
            *self._objects(entity, kind, depth=depth, hashable=hashable),
            *self._asked(entity),
        ]
        if not fields:
            fields.append(_value(entity.attributes[0]))
        if self._tape.chance(10):
            fields.insert(self._tape.below(len(fields) + 1), self._lacking())
        named = self._named(fields)
        variant = self._tape.below(VARIANTS)
        # A field with a default comes last, as most libraries want it.
        ordered = tuple(sorted(named, key=lambda field: field.has_default))
        name = f"Read{next(self._numbers)}"
        return made(Dto(name, kind, variant, entity.number, ordered, hashable))

    def _values(self, entity: Entity, *, hashable: bool) -> Iterator[Field]:
        fitting = [one for one in entity.attributes if one.kind.hashable or not hashable]
        for attribute in self._tape.some_of(fitting, 0, 5):
            optional = attribute.nullable or self._tape.chance(10)
            yield replace(_value(attribute), optional=optional, loose=self._tape.chance(8))

    def _flat(self, entity: Entity, *, hashable: bool) -> Iterator[Field]:
        """Values on the far side of relations to one."""
        while self._tape.chance(30):
            path, end, absent = self._way(entity, 1)
            if not path:
                return
            attribute = self._tape.one_of(end.attributes)
            if attribute.kind.hashable or not hashable:
                optional = attribute.nullable or absent
                yield Field(attribute.name, (*path, attribute.name), attribute, optional)

    def _objects(self, entity: Entity, kind: str, *, depth: int, hashable: bool) -> Iterator[Field]:
        if depth == 0:
            return
        for relation in entity.relations:
            if self._tape.chance(60 if depth == _DEPTH else 35):
                yield self._object(relation, (), kind, absent=False, depth=depth, hashable=hashable)
        if self._tape.chance(15):
            path, end, absent = self._way(entity, 1)
            if path and end.relations:
                relation = self._tape.one_of(end.relations)
                yield self._object(
                    relation, path, kind, absent=absent, depth=depth, hashable=hashable
                )

    def _asked(self, entity: Entity) -> Iterator[Field]:
        """Values that SQL finds out: of the model, or of the objects of a relation to many."""
        if self._tape.chance(12):
            attribute, expression = drawn_expression(self._tape, entity)
            yield Field(attribute.name, (), attribute, attribute.nullable, expression=expression)
        manies = [relation for relation in entity.relations if relation.many]
        if manies and self._tape.chance(20):
            yield self._aggregated(self._tape.one_of(manies))

    def _aggregated(self, relation: Relation) -> Field:
        target = self._entities[relation.target]
        aggregation = drawn_aggregation(self._tape, target, self._backend)
        kind = aggregation.over.kind if aggregation.over else AGGREGATED[aggregation.function]
        nullable = aggregation.over is not None
        holds = Attribute(f"{aggregation.function.lower()}_of", kind, nullable)
        return Field(
            holds.name, (relation.name,), holds, nullable, relation, aggregation=aggregation
        )

    def _way(self, entity: Entity, least: int) -> tuple[tuple[str, ...], Entity, bool]:
        """A path through relations to one, where it ends, and whether it may end on the way."""
        path: list[str] = []
        absent = False
        while len(path) < least or (len(path) < _DEPTH and self._tape.chance(30)):
            ones = [relation for relation in entity.relations if not relation.many]
            if not ones:
                break
            relation = self._tape.one_of(ones)
            path.append(relation.name)
            absent = absent or relation.optional
            entity = self._entities[relation.target]
        return tuple(path), entity, absent

    def _object(
        self,
        relation: Relation,
        way: tuple[str, ...],
        kind: str,
        *,
        absent: bool,
        depth: int,
        hashable: bool,
    ) -> Field:
        container = self._container(hashable=hashable) if relation.many else ""
        hashable = hashable or container in {"set", "frozenset"}
        inner = self.dto(
            self._entities[relation.target],
            self._inner_kind(kind, hashable=hashable),
            depth=depth - 1,
            hashable=hashable,
        )
        by = self._key(inner) if container == "dict" else ""
        selection = None
        if relation.many and self._tape.chance(25):
            target = self._entities[relation.target]
            selection = drawn_selection(self._tape, target, self._backend, ordered=relation.ordered)
        return Field(
            relation.name,
            (*way, relation.name),
            inner,
            optional=not relation.many and (relation.optional or absent or self._tape.chance(10)),
            relation=relation,
            container="list" if container == "dict" and not by else container,
            by=by,
            selection=selection,
        )

    def _container(self, *, hashable: bool) -> str:
        if hashable:
            return self._tape.one_of(("tuple", "frozenset"))
        return self._tape.one_of(("list", "list", "list", "dict", *CONTAINERS))

    def _inner_kind(self, kind: str, *, hashable: bool) -> str:
        if self._tape.chance(30):
            kind = self._tape.one_of(_KINDS)
        return "namedtuple" if hashable and kind == "typeddict" else kind

    def _key(self, dto: Dto) -> str:
        """The field of a DTO that holds a whole primary key; empty where there is none."""
        key = self._entities[dto.entity].key
        if len(key) > 1:
            return ""
        fields = (
            field
            for field in dto.fields
            if field.path == (key[0].name,) and not field.optional and not field.loose
        )
        return next((field.name for field in fields), "")

    def _named(self, fields: list[Field]) -> Iterator[Field]:
        taken: set[str] = set()
        for field in fields:
            wanted = field.name
            if not field.has_default and self._tape.chance(20):
                wanted = self._tape.one_of(_RENAMED)
            names = chain([wanted], (f"{wanted}_{number}" for number in count(2)))
            name = next(name for name in names if name not in taken)
            taken.add(name)
            yield replace(field, name=name)

    def _lacking(self) -> Field:
        return Field("lacking", (), None, optional=False)


def _value(attribute: Attribute) -> Field:
    return Field(attribute.name, (attribute.name,), attribute, attribute.nullable)
