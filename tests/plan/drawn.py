"""Models and DTOs drawn at random, and what has to become of each field.

The oracle knows neither shapes nor mappers: it looks at what was drawn alone.
"""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, NotRequired, TypedDict

import attrs
import msgspec
import pydantic
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import mapped_column, registry, relationship

from taskbound import (
    Count,
    Exists,
    From,
    Max,
    MisplacedRelation,
    NullableField,
    Sum,
    UnfitType,
    UnknownField,
    UnreadableField,
)
from tests.plan.samples import COLUMNS, WANTED, pydantic_takes

Refusal = tuple[str, str, type[Exception]]
"""The DTO, its field, and the error."""


@dataclass(frozen=True)
class DrawnColumn:
    name: str
    held: type
    nullable: bool


@dataclass(frozen=True)
class DrawnModels:
    """A model, its parent and its children. The child has the parent's columns."""

    own: tuple[DrawnColumn, ...]
    parents: tuple[DrawnColumn, ...]
    orphans: bool
    """Whether the parent may be absent."""

    def mapped(self) -> tuple[type[Any], registry]:
        """The mapped class, and the registry that has to be disposed of."""
        found = registry()
        parent = self._map(found, "Parent", self.parents, {})
        key = {"model_id": mapped_column(ForeignKey("model.id"))}
        child = self._map(found, "Child", self.parents, key)
        more = {
            "parent_id": mapped_column(ForeignKey("parent.id"), nullable=self.orphans),
            "parent": relationship(parent),
            "children": relationship(child),
        }
        model = self._map(found, "Model", self.own, more)
        found.configure()
        return model, found

    def _map(
        self, to: registry, name: str, columns: tuple[DrawnColumn, ...], more: dict[str, Any]
    ) -> type[Any]:
        body = {
            "__tablename__": name.lower(),
            "id": mapped_column(Integer, primary_key=True),
            **{
                column.name: mapped_column(COLUMNS[column.held], nullable=column.nullable)
                for column in columns
            },
            **more,
        }
        return to.mapped(type(name, (), body))


@dataclass(frozen=True)
class DrawnField:
    name: str
    wanted: Any
    """A type, or a `DrawnDto` for an object."""
    many: bool
    optional: bool
    default: bool
    through: bool
    """Whether it is read from the parent."""
    told: str = ""
    """What is told of `column`: `sql` is the model's own, the others are over the children."""
    column: str = ""

    def annotation(self, make: Callable[[DrawnDto], Any]) -> Any:
        annotation: Any = make(self.wanted) if isinstance(self.wanted, DrawnDto) else self.wanted
        annotation = list[annotation] if self.many else annotation
        annotation = annotation | None if self.optional else annotation
        if self.told:
            return Annotated[annotation, _TOLD[self.told](self.column)]
        if not self.through:
            return annotation
        return Annotated[annotation, From(f"parent.{self.name}")]


@dataclass(frozen=True)
class DrawnDto:
    name: str
    kind: str
    fields: tuple[DrawnField, ...]

    def made(self) -> Any:
        """The class."""
        annotated = [(field, field.annotation(DrawnDto.made)) for field in self.fields]
        return _MAKERS[self.kind](self.name, annotated)

    def refusals(self, models: DrawnModels, *, of_parent: bool = False) -> Iterator[Refusal]:
        """What is wrong with the DTO, in the order of its fields."""
        for field in self.fields:
            yield from self._refusals_of(field, models, of_parent=of_parent)

    def _refusals_of(
        self, field: DrawnField, models: DrawnModels, *, of_parent: bool
    ) -> Iterator[Refusal]:
        if field.told:
            yield from self._refusals_of_told(field, models, of_parent=of_parent)
            return
        at_parent = of_parent or field.through
        if of_parent and field.through:
            yield self.name, field.name, UnknownField
            return
        columns = {column.name: column for column in (models.parents if at_parent else models.own)}
        relation = None if at_parent else {"parent": "one", "children": "many"}.get(field.name)
        if relation is not None:
            yield from self._refusals_of_relation(field, models, relation)
        elif field.name not in columns:
            if field.through or not field.default:
                yield self.name, field.name, UnknownField
        elif isinstance(field.wanted, DrawnDto):
            yield self.name, field.name, MisplacedRelation
        else:
            absent = models.orphans and field.through
            yield from self._refusals_of_value(field, columns[field.name], absent=absent)

    def _refusals_of_relation(
        self, field: DrawnField, models: DrawnModels, relation: str
    ) -> Iterator[Refusal]:
        if not isinstance(field.wanted, DrawnDto) or field.many != (relation == "many"):
            yield self.name, field.name, MisplacedRelation
            return
        if relation == "one" and models.orphans and not field.optional:
            yield self.name, field.name, NullableField
        yield from field.wanted.refusals(models, of_parent=True)

    def _refusals_of_value(
        self, field: DrawnField, column: DrawnColumn, *, absent: bool
    ) -> Iterator[Refusal]:
        if (column.nullable or absent) and not field.optional:
            yield self.name, field.name, NullableField
        yield from self._refusals_of_type(field, column.held)

    def _refusals_of_type(self, field: DrawnField, held: type) -> Iterator[Refusal]:
        wanted = list if field.many else field.wanted
        same = wanted is held or (wanted, held) == (float, int)
        if not same and not (self.kind == "pydantic" and pydantic_takes(wanted, held)):
            yield self.name, field.name, UnfitType

    def _refusals_of_told(
        self, field: DrawnField, models: DrawnModels, *, of_parent: bool
    ) -> Iterator[Refusal]:
        is_sql, own = field.told == "sql", models.parents if of_parent else models.own
        columns = {column.name: column for column in (own if is_sql else models.parents)}
        found = columns.get(field.column)
        if field.told in _COUNTED or not (is_sql or found) or (of_parent and not is_sql):
            if of_parent or field.told not in _COUNTED:
                yield self.name, field.name, UnknownField
            else:
                yield from self._refusals_of_type(field, _COUNTED[field.told])
        elif found is None or found.held in _UNTOLD[field.told]:
            yield self.name, field.name, UnreadableField
        elif is_sql:
            yield from self._refusals_of_value(field, found, absent=False)
        else:
            if not field.optional:
                yield self.name, field.name, NullableField
            yield from self._refusals_of_type(field, found.held)


_TOLD: dict[str, Callable[[str], Any]] = {
    "count": lambda _: Count("children"),
    "exists": lambda _: Exists("children"),
    "sum": lambda column: Sum(f"children.{column}"),
    "max": lambda column: Max(f"children.{column}"),
    "sql": lambda column: From(lambda entity: getattr(entity, column)),
}
_COUNTED: dict[str, type] = {"count": int, "exists": bool}
_UNTOLD: dict[str, set[type]] = {
    "sum": {held for held in COLUMNS if held not in {int, float, Decimal}},
    "max": {bool},
    "sql": set(),
}


_Annotated = list[tuple[DrawnField, Any]]


def _dataclass(name: str, fields: _Annotated) -> Any:
    made = [
        (field.name, annotation, dataclasses.field(default=None))
        if field.default
        else (field.name, annotation)
        for field, annotation in fields
    ]
    return dataclasses.make_dataclass(name, made, kw_only=True)


def _pydantic(name: str, fields: _Annotated) -> Any:
    made: dict[str, Any] = {
        field.name: (annotation, None if field.default else ...) for field, annotation in fields
    }
    return pydantic.create_model(name, **made)


def _msgspec(name: str, fields: _Annotated) -> Any:
    made = [
        (field.name, annotation, None) if field.default else (field.name, annotation)
        for field, annotation in fields
    ]
    return msgspec.defstruct(name, made, kw_only=True)


def _attrs(name: str, fields: _Annotated) -> Any:
    made = {
        field.name: attrs.field(type=annotation, default=None if field.default else attrs.NOTHING)
        for field, annotation in fields
    }
    return attrs.make_class(name, made, kw_only=True)


def _typeddict(name: str, fields: _Annotated) -> Any:
    made = {
        field.name: NotRequired[annotation] if field.default else annotation
        for field, annotation in fields
    }
    return TypedDict(name, made)  # type: ignore[operator]


def _namedtuple(name: str, fields: _Annotated) -> Any:
    made = namedtuple(name, [field.name for field, _ in fields])  # type: ignore[misc]  # noqa: PYI024
    made.__annotations__ = {field.name: annotation for field, annotation in fields}
    made._field_defaults = {field.name: None for field, _ in fields if field.default}
    return made


_MAKERS: dict[str, Callable[[str, _Annotated], Any]] = {
    "dataclass": _dataclass,
    "pydantic": _pydantic,
    "msgspec": _msgspec,
    "attrs": _attrs,
    "typeddict": _typeddict,
    "namedtuple": _namedtuple,
}

_NAMES = ["name", "total", "order", "select", "from_"]
_types = st.sampled_from(sorted(COLUMNS, key=lambda held: held.__name__))
_columns = st.lists(
    st.builds(DrawnColumn, st.sampled_from(_NAMES), _types, st.booleans()),
    unique_by=lambda column: column.name,
    min_size=2,
    max_size=5,
).map(tuple)
models = st.builds(DrawnModels, _columns, _columns, st.booleans())


def dtos(drawn: DrawnModels) -> st.SearchStrategy[DrawnDto]:
    """DTOs most of whose fields fit the models."""
    return st.sampled_from(sorted(_MAKERS)).flatmap(lambda kind: _outer(drawn, kind))


def _outer(drawn: DrawnModels, kind: str) -> st.SearchStrategy[DrawnDto]:
    inner = _dto("Inner", kind, _values(drawn.parents) | _told(drawn))
    through = _values(drawn.parents).map(
        lambda field: dataclasses.replace(
            field, through=True, optional=field.optional or drawn.orphans
        )
    )
    own = _values(drawn.own)
    fields = st.one_of(own, own, through, _told(drawn), _objects(drawn, inner))
    return _dto("Outer", kind, fields)


def _told(drawn: DrawnModels) -> st.SearchStrategy[DrawnField]:
    """What is told of the children or computed, of a type that fits or not."""
    told = st.builds(
        _telling,
        st.sampled_from(sorted(_TOLD)),
        st.sampled_from([*drawn.own, *drawn.parents]),
        st.sampled_from([None, None, *WANTED]),
        st.booleans(),
    )
    # What is drawn from grows with each step; Hypothesis writes it out unless it is a function's.
    return st.just(None).flatmap(lambda _: told)


def _telling(told: str, column: DrawnColumn, wanted: type | None, optional: bool) -> DrawnField:
    held = _COUNTED.get(told, column.held)
    return DrawnField(
        name=f"{told}_{column.name}",
        wanted=wanted or held,
        many=False,
        optional=optional,
        default=False,
        through=False,
        told=told,
        column=column.name,
    )


def _objects(
    drawn: DrawnModels, inner: st.SearchStrategy[DrawnDto]
) -> st.SearchStrategy[DrawnField]:
    parent = inner.map(lambda dto: DrawnField("parent", dto, False, drawn.orphans, False, False))
    children = inner.map(lambda dto: DrawnField("children", dto, True, False, False, False))
    return st.one_of(parent, children, _twisted(parent | children))


def _dto(
    name: str, kind: str, fields: st.SearchStrategy[DrawnField]
) -> st.SearchStrategy[DrawnDto]:
    # Fields with a default come last, as most libraries want it.
    ordered = st.lists(fields, unique_by=lambda field: field.name, min_size=2, max_size=6).map(
        lambda found: tuple(sorted(found, key=lambda field: field.default))
    )
    return st.builds(DrawnDto, st.just(name), st.just(kind), ordered)


def _values(columns: tuple[DrawnColumn, ...]) -> st.SearchStrategy[DrawnField]:
    """Fields that fit a column, such that may not, and strays."""
    fitting = st.sampled_from(columns).map(
        lambda column: DrawnField(column.name, column.held, False, column.nullable, False, False)
    )
    converted = st.builds(
        lambda field, wanted: dataclasses.replace(field, wanted=wanted),
        fitting,
        st.sampled_from(WANTED),
    )
    return st.sampled_from([fitting] * 9 + [converted, _twisted(fitting), _strays]).flatmap(
        lambda chosen: chosen
    )


def _twisted(fields: st.SearchStrategy[DrawnField]) -> st.SearchStrategy[DrawnField]:
    """Fields of which one thing is different."""
    return st.builds(
        lambda field, twist: dataclasses.replace(field, **{twist: not getattr(field, twist)}),
        fields,
        st.sampled_from(["optional", "default", "many"]),
    )


_strays = st.builds(
    DrawnField,
    st.sampled_from([*_NAMES, "parent", "children", "totl"]),
    st.sampled_from(WANTED),
    many=st.just(False),
    optional=st.booleans(),
    default=st.booleans(),
    through=st.just(False),
)
