"""Bind a shape to the columns that it is written to: every field finds one, or is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column
from sqlalchemy.orm import ColumnProperty, RelationshipProperty, class_mapper

from taskbound.errors import MisplacedRelation, NoShape
from taskbound.plan.asked import Asked
from taskbound.plan.linked import check_type, check_writable, linked_by
from taskbound.plan.source import Source, find
from taskbound.shape import Listed, Nested, Refusals, Scalar, read_shape, spelled

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sqlalchemy.orm import Mapper

    from taskbound.shape import Field, Shape

# As many as plans of reads.
_KEPT = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A field, and the attribute of the model that its value is written to."""

    field: str
    attribute: str
    is_json: bool
    """Whether the column holds JSON."""


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """A field that holds objects of a relation, which are written with the one that has them."""

    field: str
    relation: RelationshipProperty[Any]
    many: bool
    dto: Any
    """The type of the objects."""


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """A field that names objects which are there, by what an association table refers to."""

    field: str
    relation: RelationshipProperty[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Assignments:
    """A DTO bound to the columns of a mapped class."""

    dto: str
    mapper: Mapper[Any]
    columns: tuple[Assigned, ...]
    below: tuple[Below | Linked, ...]

    @property
    def fields(self) -> dict[str, str]:
        """The attribute for each field that a column holds."""
        return {assigned.field: assigned.attribute for assigned in self.columns}


def assignments_of(dto: Any, model: type[Any]) -> Assignments:
    """Where the fields of `dto` are written to in `model`: the same each time.

    Raises `NoShape` where `dto` is no DTO, and for the first field that cannot be written `UnknownField`,
    `MisplacedRelation`, `UnfitType` or `UnreadableField`, with the errors of the rest in its `others`.
    """
    mapper = class_mapper(model, configure=True)
    try:
        hash(dto)
    except TypeError:
        raise NoShape(dto=spelled(dto)) from None
    return _assignments(dto, mapper)


@lru_cache(maxsize=_KEPT)
def _assignments(dto: Hashable, mapper: Mapper[Any]) -> Assignments:
    shape = read_shape(dto)
    columns, below, refusals = list[Assigned](), list[Below | Linked](), Refusals()
    for field in shape.fields:
        with refusals:
            found = _assigned(shape, field, mapper)
            (columns if isinstance(found, Assigned) else below).append(found)  # type: ignore[arg-type]  # by its class
    refusals.check()
    return Assignments(shape.name, mapper, tuple(columns), tuple(below))


def _assigned(shape: Shape, field: Field, mapper: Mapper[Any]) -> Assigned | Below | Linked:
    asked = Asked.of(shape.name, field)
    if field.aggregation is not None or field.expression is not None:
        raise asked.unreadable(
            "is computed by SQL, which nothing can be written to",
            "leave it out of what is written",
        )
    if (linked := linked_by(asked, field, mapper)) is not None:
        return Linked(field.name, linked)
    source = find(asked, mapper)
    if len(source.path) > 1:
        raise asked.unreadable(
            f"leads to {source}, which is of another row",
            f"write the {source.mapper.class_.__name__} by itself, or the key that leads to it",
        )
    if isinstance(source.attribute, RelationshipProperty):
        return _below(asked, field, source, source.attribute)
    return _column(asked, field, source)


def _column(asked: Asked, field: Field, source: Source) -> Assigned:
    attribute = source.attribute
    is_column = isinstance(attribute, ColumnProperty) and isinstance(attribute.columns[0], Column)
    if not is_column:
        raise asked.unreadable(
            f"leads to {source}, which is SQL and no column", "leave it out of what is written"
        )
    wanted = getattr(field.content, "type", None)
    if wanted is not None:
        check_type(asked, wanted, attribute.columns[0].type, str(source))
    is_json = isinstance(attribute.columns[0].type, JSON)
    return Assigned(field.name, source.path[-1], is_json)


def _below(
    asked: Asked, field: Field, source: Source, relation: RelationshipProperty[Any]
) -> Below:
    content = field.content
    model = source.mapper.class_.__name__
    check_writable(asked, relation)
    if isinstance(content, Scalar) or isinstance(content, Nested) is bool(relation.uselist):
        other = relation.mapper.class_.__name__
        many = "many" if relation.uselist else "one"
        raise MisplacedRelation(
            dto=asked.dto,
            field=field.name,
            model=model,
            name=source.path[-1],
            reason=f"a relation to {many} {other}",
            cure=f"annotate it with a {'list of a ' if relation.uselist else ''}DTO of {other}, or leave "
            "it out",
        )
    if not isinstance(content, Nested | Listed):
        raise asked.unreadable(
            "holds its objects by key, or none at all", "annotate it with a list of a DTO"
        )
    return Below(field.name, relation, relation.uselist is True, content.shape.type)
