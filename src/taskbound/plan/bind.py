"""Bind a shape to a mapped class: every field finds its column or relation, or is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import JSON
from sqlalchemy.orm import ColumnProperty, RelationshipProperty

from taskbound.errors import MisplacedRelation, NoShape, NullableField, UnfitType
from taskbound.plan.absence import is_for_want_of_a_key, may_be_absent
from taskbound.plan.expression import Expression, expression
from taskbound.plan.fit import misfit
from taskbound.plan.plans import Column, Many, One, Plan
from taskbound.plan.source import exists, find
from taskbound.shape import Keyed, Listed, Nested, Scalar, Taking, spelled

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper

    from taskbound.plan.plans import Part
    from taskbound.shape import Content, Field, Shape


def bind(shape: Shape, mapper: Mapper[Any]) -> Plan:
    """The plan that fills `shape` from the class of `mapper`.

    Raises `UnknownField`, `MisplacedRelation`, `NullableField`, `UnfitType` or `UnreadableField` for the
    first field that cannot be filled, and `NoShape` where the DTO is itself mapped. A field that the
    class does not have, and that has a default, keeps it.
    """
    if sqlalchemy.inspect(shape.type, raiseerr=False) is not None:
        raise NoShape(dto=shape.name, reason="is a mapped class, no DTO")
    kept = {field.name for field in shape.fields if _keeps_default(field, mapper)}
    asked = (field for field in shape.fields if field.name not in kept)
    parts = tuple(_Binding(shape, field, mapper).part() for field in asked)
    return Plan(shape, mapper, parts, tuple(sorted(kept)))


def _keeps_default(field: Field, mapper: Mapper[Any]) -> bool:
    return not field.required and not exists(mapper, field.path[0])


class _Binding:
    """A field, and the source that was found for it."""

    def __init__(self, shape: Shape, field: Field, mapper: Mapper[Any]) -> None:
        self._shape = shape
        self._field = field
        self._source = find(shape.name, field, mapper)

    def part(self) -> Part:
        content = self._field.content
        if isinstance(content, Scalar) or self._is_document():
            return self._column()
        relation = self._relation(content)
        if isinstance(content, Nested):
            return self._one(content, relation)
        return self._many(content, relation)

    def _is_document(self) -> bool:
        """Whether the field is an object that Pydantic makes of a JSON value."""
        attribute = self._source.attribute
        return (
            self._field.taking is not Taking.UNCHANGED
            and isinstance(attribute, ColumnProperty)
            and isinstance(attribute.columns[0].type, JSON)
        )

    def _column(self) -> Column:
        field, source = self._field, self._source
        if isinstance(source.attribute, RelationshipProperty):
            raise self._no_column(source.attribute)
        found = expression(self._shape.name, field, source)
        self._refuse_none(found)
        self._refuse_misfit(found)
        return Column(field.name, source.path, source.mapper, found.type)

    def _one(self, content: Nested, relation: RelationshipProperty[Any]) -> One:
        field, source = self._field, self._source
        if source.absent is not None:
            self._refuse_absent(source.absent, "is reached through")
        elif may_be_absent(relation):
            self._refuse_absent(relation)
        plan = bind(content.shape, relation.mapper)
        return One(field.name, source.path, source.mapper, content, plan)

    def _many(self, content: Listed | Keyed, relation: RelationshipProperty[Any]) -> Many:
        plan = bind(content.shape, relation.mapper)
        return Many(self._field.name, self._source.path, self._source.mapper, content, plan)

    def _relation(self, content: Content) -> RelationshipProperty[Any]:
        found = self._source.attribute
        if not isinstance(found, RelationshipProperty):
            # What is no value either says so first.
            expression(self._shape.name, self._field, self._source)
            raise self._misplaced("a column", "annotate it with the type of the column's values")
        other = found.mapper.class_.__name__
        if found.uselist and isinstance(content, Nested):
            raise self._misplaced(
                f"a relation to many {other}", f"annotate it with list[{content.shape.name}]"
            )
        if not found.uselist and not isinstance(content, Nested):
            shape = getattr(content, "shape", self._shape)
            raise self._misplaced(
                f"a relation to one {other}", f"annotate it with {shape.name} alone"
            )
        return found

    def _refuse_none(self, found: Expression) -> None:
        if found.nullable:
            self._refuse("is nullable", "make the column required")
        elif self._source.absent is not None:
            self._refuse_absent(self._source.absent, "is reached through")

    def _refuse_absent(self, relation: RelationshipProperty[Any], through: str = "") -> None:
        name = f"{relation.parent.class_.__name__}.{relation.key}"
        reason = f"{through} {name}, which may be absent" if through else "may be absent"
        cure = "make the foreign key required" if is_for_want_of_a_key(relation) else None
        self._refuse(reason, cure)

    def _refuse(self, reason: str, otherwise: str | None) -> None:
        field = self._field
        if field.optional or field.taking is Taking.FREELY:
            return
        cure = f"annotate {field.name} with `| None`"
        raise NullableField(
            dto=self._shape.name,
            field=field.name,
            source=str(self._source),
            reason=reason,
            cure=f"{cure}, or {otherwise}" if otherwise else cure,
        )

    def _refuse_misfit(self, found: Expression) -> None:
        field = self._field
        wanted = getattr(field.content, "type", None)
        held = misfit(wanted, found.type, field.taking) if wanted is not None else None
        if held is not None:
            raise UnfitType(
                dto=self._shape.name,
                field=field.name,
                wanted=spelled(wanted),
                source=str(self._source),
                held=held,
            )

    def _no_column(self, relation: RelationshipProperty[Any]) -> MisplacedRelation:
        other = relation.mapper.class_.__name__
        if relation.uselist:
            return self._misplaced(
                f"a relation to many {other}", f"annotate it with a list of a DTO of {other}"
            )
        return self._misplaced(
            f"a relation to one {other}",
            f"annotate it with a DTO of {other}, or read one column with "
            f'From("{".".join(self._field.path)}.<column>")',
        )

    def _misplaced(self, reason: str, cure: str) -> MisplacedRelation:
        return MisplacedRelation(
            dto=self._shape.name,
            field=self._field.name,
            model=self._source.mapper.class_.__name__,
            name=self._source.path[-1],
            reason=reason,
            cure=cure,
        )
