"""Bind a shape to a mapped class: every field finds its column or relation, or is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import JSON
from sqlalchemy.orm import ColumnProperty, RelationshipProperty
from sqlalchemy.types import TypeDecorator, UserDefinedType

from taskbound.errors import MisplacedRelation, NoShape
from taskbound.plan.absence import is_for_want_of_a_key, may_be_absent
from taskbound.plan.aggregate import bind_aggregate
from taskbound.plan.asked import Asked
from taskbound.plan.children import check_selection, check_tree
from taskbound.plan.choice import bind_choice
from taskbound.plan.expression import Expression, expression, of_criterion
from taskbound.plan.plans import Column, Empty, Many, One, Plan
from taskbound.plan.refusal import refuse_misfit, refuse_none
from taskbound.plan.source import exists, find
from taskbound.shape import Keyed, Listed, Nested, Nothing, Refusals, Scalar, Taking

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper

    from taskbound.plan.plans import Part
    from taskbound.plan.source import Source
    from taskbound.shape import Field, Shape


def bind(shape: Shape, mapper: Mapper[Any]) -> Plan:
    """The plan that fills `shape` from the class of `mapper`.

    Raises `UnknownField`, `MisplacedRelation`, `NullableField`, `UnfitType` or `UnreadableField` for the
    first field that cannot be filled, with the errors of the rest in its `others`; `UnfitChoice` where a
    union of DTOs does not go with the classes that inherit from the model; and `NoShape` where the DTO is
    itself mapped. A field that the class does not have, and that has a default, keeps it.
    """
    if sqlalchemy.inspect(shape.type, raiseerr=False) is not None:
        raise NoShape(dto=shape.name, reason="is a mapped class, no DTO")
    if shape.options:
        return bind_choice(shape, mapper, bind)
    kept = {field.name for field in shape.fields if _keeps_default(field, mapper)}
    parts: list[Part] = []
    refusals = Refusals()
    for field in shape.fields:
        if field.name not in kept:
            with refusals:
                parts.append(_part(shape, field, mapper))
    refusals.check()
    return Plan(shape, mapper, tuple(parts), tuple(sorted(kept)))


def _keeps_default(field: Field, mapper: Mapper[Any]) -> bool:
    return not field.required and not exists(mapper, field.path[0])


def _part(shape: Shape, field: Field, mapper: Mapper[Any]) -> Part:
    asked = Asked.of(shape.name, field)
    if isinstance(field.content, Nothing):
        return Empty(field.name, field.content)
    if field.aggregation is not None:
        return bind_aggregate(asked, field, field.aggregation, mapper)
    if field.expression is not None:
        return _computed(asked, field, mapper)
    return _Binding(asked, field, find(asked, mapper)).part()


def _computed(asked: Asked, field: Field, mapper: Mapper[Any]) -> Column:
    wanted = getattr(field.content, "type", None)
    found = of_criterion(asked, field.expression, mapper, wanted)
    if not isinstance(field.content, Scalar) and not _is_document(field, found.type):
        raise asked.unreadable(
            "has From with SQL and holds a DTO", "annotate it with the type of one value"
        )
    refusals = Refusals()
    with refusals:
        if found.nullable:
            refuse_none(asked, field, found.text, "is nullable", "make the column required")
    with refusals:
        refuse_misfit(asked, field, found.text, found.type)
    refusals.check()
    return Column(field.name, (field.name,), mapper, found.type, field.expression)


def _is_document(field: Field, held: object) -> bool:
    """Whether the field is an object that the column's type makes, or Pydantic of a JSON value."""
    if isinstance(held, TypeDecorator | UserDefinedType):
        return True
    return field.taking is not Taking.UNCHANGED and isinstance(held, JSON)


class _Binding:
    """A field, and the source that was found for it."""

    def __init__(self, asked: Asked, field: Field, source: Source) -> None:
        self._asked = asked
        self._field = field
        self._source = source

    def part(self) -> Part:
        content = self._field.content
        if isinstance(content, Scalar | Nothing) or self._is_document():
            return self._column()
        relation = self._relation(content)
        if isinstance(content, Listed | Keyed):
            return self._many(content, relation)
        return self._one(content, relation)

    def _is_document(self) -> bool:
        attribute = self._source.attribute
        return isinstance(attribute, ColumnProperty) and _is_document(
            self._field, attribute.columns[0].type
        )

    def _column(self) -> Column:
        field, source = self._field, self._source
        if isinstance(source.attribute, RelationshipProperty):
            raise self._no_column(source.attribute)
        found = expression(self._asked, source)
        refusals = Refusals()
        with refusals:
            self._refuse_none(found)
        with refusals:
            refuse_misfit(self._asked, field, str(source), found.type)
        refusals.check()
        return Column(field.name, source.path, source.mapper, found.type)

    def _one(self, content: Nested, relation: RelationshipProperty[Any]) -> One:
        field, source = self._field, self._source
        refusals = Refusals()
        with refusals:
            self._refuse_no_object(relation)
        plan = refusals.last(bind, content.shape, relation.mapper)
        return One(field.name, source.path, source.mapper, content, plan)

    def _many(self, content: Listed | Keyed, relation: RelationshipProperty[Any]) -> Many:
        field, source = self._field, self._source
        refusals = Refusals()
        with refusals:
            check_selection(self._asked, field.selection, relation.mapper)
            if field.recursive:
                check_tree(self._asked, source, relation)
        plan = refusals.last(bind, content.shape, relation.mapper)
        return Many(
            field=field.name,
            path=source.path,
            mapper=source.mapper,
            content=content,
            plan=plan,
            where=field.selection.where,
            order_by=field.selection.order_by,
            limit=field.selection.limit,
            recursive=field.recursive,
        )

    def _relation(self, content: Nested | Listed | Keyed) -> RelationshipProperty[Any]:
        found = self._source.attribute
        if not isinstance(found, RelationshipProperty):
            # What is no value either says so first.
            expression(self._asked, self._source)
            raise self._misplaced("a column", "annotate it with the type of the column's values")
        other = found.mapper.class_.__name__
        held = content.shape.name
        if found.uselist and isinstance(content, Nested):
            raise self._misplaced(f"a relation to many {other}", f"annotate it with list[{held}]")
        if not found.uselist and not isinstance(content, Nested):
            raise self._misplaced(f"a relation to one {other}", f"annotate it with {held} alone")
        return found

    def _refuse_none(self, found: Expression) -> None:
        if found.nullable:
            self._refuse("is nullable", "make the column required")
        elif self._source.absent is not None:
            self._refuse_absent(self._source.absent, "is reached through")

    def _refuse_no_object(self, relation: RelationshipProperty[Any]) -> None:
        if self._source.absent is not None:
            self._refuse_absent(self._source.absent, "is reached through")
        elif may_be_absent(relation):
            self._refuse_absent(relation)

    def _refuse_absent(self, relation: RelationshipProperty[Any], through: str = "") -> None:
        name = f"{relation.parent.class_.__name__}.{relation.key}"
        reason = f"{through} {name}, which may be absent" if through else "may be absent"
        cure = "make the foreign key required" if is_for_want_of_a_key(relation) else None
        self._refuse(reason, cure)

    def _refuse(self, reason: str, otherwise: str | None) -> None:
        refuse_none(self._asked, self._field, str(self._source), reason, otherwise)

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
            dto=self._asked.dto,
            field=self._field.name,
            model=self._source.mapper.class_.__name__,
            name=self._source.path[-1],
            reason=reason,
            cure=cure,
        )
