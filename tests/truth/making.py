"""Classes of each library of DTOs, made of what was drawn."""

from __future__ import annotations

import dataclasses
from collections import namedtuple
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NotRequired

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
from typing_extensions import TypedDict

from taskbound import By, Count, Exists, From, Limit, Max, Min, OrderBy, Sum, Where
from tests.truth.criteria import Aggregation, Selection
from tests.truth.dtos import CONTAINERS, Dto, Field

DEFAULT = 7
_AGGREGATES: dict[str, Any] = {
    "Count": Count, "Exists": Exists, "Max": Max, "Min": Min, "Sum": Sum,
}  # fmt: skip
_Annotated = list[tuple[Field, Any]]


def made(dto: Dto) -> Dto:
    """The DTO with its class."""
    annotated = [(field, _annotation(field, number)) for number, field in enumerate(dto.fields)]
    return dataclasses.replace(dto, made=MAKERS[dto.kind](dto, annotated))


def is_pydantic(kind: str) -> bool:
    """Whether Pydantic makes the objects."""
    return kind.startswith("pydantic")


def _annotation(field: Field, number: int) -> Any:
    content = _content(field)
    marks = list(_marks(field))
    inside = number % 2
    if field.optional and not inside:
        content = content | None
    for mark in marks:
        content = Annotated[content, mark]
    return content | None if field.optional and inside else content


def _marks(field: Field) -> Iterator[Any]:
    path = ".".join(field.path)
    if field.aggregation is not None:
        yield _aggregate(field.aggregation, path)
    elif field.expression is not None:
        yield From(field.expression.make)
    elif field.path not in {(field.name,), ()}:
        yield From(path)
    if field.by:
        yield By(field.by)
    if field.selection is not None:
        yield from _selection(field.selection)


def _aggregate(aggregation: Aggregation, path: str) -> Any:
    marker = _AGGREGATES[aggregation.function]
    where = aggregation.where.make if aggregation.where else None
    over = f"{path}.{aggregation.over.name}" if aggregation.over else path
    return marker(over, where=where)


def _selection(selection: Selection) -> Iterator[Any]:
    if selection.where is not None:
        yield Where(selection.where.make)
    if selection.order:
        yield OrderBy(*(one.make for one in selection.order))
    if selection.limit is not None:
        yield Limit(selection.limit)


def _content(field: Field) -> Any:
    if field.holds is None:
        return int
    if not isinstance(field.holds, Dto):
        return Any if field.loose else field.holds.kind.annotation
    inner: Any = field.holds.made
    if field.container == "dict":
        return dict[_key_of(field), inner]  # type: ignore[misc]
    if field.container == "tuple":
        return tuple[inner, ...]
    return CONTAINERS[field.container][inner] if field.container else inner


def _key_of(field: Field) -> Any:
    assert isinstance(field.holds, Dto)
    key = next(one for one in field.holds.fields if one.name == field.by)
    assert key.holds is not None
    assert not isinstance(key.holds, Dto)
    return key.holds.kind.annotation


def _dataclass(dto: Dto, fields: _Annotated) -> Any:
    listed: list[Any] = [
        (field.name, annotation, dataclasses.field(default=DEFAULT))
        if field.has_default
        else (field.name, annotation)
        for field, annotation in fields
    ]
    return dataclasses.make_dataclass(dto.name, listed, **_dataclass_options(dto))


def _dataclass_options(dto: Dto) -> dict[str, Any]:
    return {
        "frozen": dto.hashable or dto.variant == 1,
        "slots": dto.variant == 2,
        "kw_only": dto.variant == 3,
    }


def _pydantic(dto: Dto, fields: _Annotated) -> Any:
    listed: dict[str, Any] = {
        field.name: (annotation, _pydantic_field(dto, field)) for field, annotation in fields
    }
    config = pydantic.ConfigDict(arbitrary_types_allowed=True, frozen=dto.hashable)
    if dto.variant == 2:
        config["extra"] = "forbid"
    return pydantic.create_model(dto.name, __config__=config, **listed)


def _pydantic_field(dto: Dto, field: Field) -> Any:
    alias = f"{field.name}Alias" if dto.variant == 1 else None
    return pydantic.Field(DEFAULT if field.has_default else ..., alias=alias)


def _pydantic_dataclass(dto: Dto, fields: _Annotated) -> Any:
    listed = {field.name: DEFAULT for field, _ in fields if field.has_default}
    annotations = {field.name: annotation for field, annotation in fields}
    plain = type(dto.name, (), {"__annotations__": annotations, "__module__": __name__, **listed})
    config = pydantic.ConfigDict(arbitrary_types_allowed=True)
    return pydantic.dataclasses.dataclass(config=config, **_dataclass_options(dto))(plain)


def _msgspec(dto: Dto, fields: _Annotated) -> Any:
    listed: list[Any] = [
        (field.name, annotation, DEFAULT) if field.has_default else (field.name, annotation)
        for field, annotation in fields
    ]
    return msgspec.defstruct(
        dto.name,
        listed,
        frozen=dto.hashable or dto.variant == 1,
        kw_only=dto.variant == 2,
        rename=str.upper if dto.variant == 3 else None,
    )


def _attrs(dto: Dto, fields: _Annotated) -> Any:
    listed = {
        field.name: attrs.field(
            type=annotation, default=DEFAULT if field.has_default else attrs.NOTHING
        )
        for field, annotation in fields
    }
    return attrs.make_class(
        dto.name,
        listed,
        frozen=dto.hashable or dto.variant == 1,
        kw_only=dto.variant == 2,
        slots=dto.variant != 3,
    )


def _typeddict(dto: Dto, fields: _Annotated) -> Any:
    listed = {
        field.name: NotRequired[annotation] if field.has_default else annotation
        for field, annotation in fields
    }
    return TypedDict(dto.name, listed)  # type: ignore[operator]


def _namedtuple(dto: Dto, fields: _Annotated) -> Any:
    cls = namedtuple(dto.name, [field.name for field, _ in fields])  # type: ignore[misc]  # noqa: PYI024
    cls.__annotations__ = {field.name: annotation for field, annotation in fields}
    cls._field_defaults = {field.name: DEFAULT for field, _ in fields if field.has_default}
    defaults = tuple(cls._field_defaults.values())
    cls.__new__.__defaults__ = defaults
    return cls


MAKERS: dict[str, Callable[[Dto, _Annotated], Any]] = {
    "pydantic": _pydantic,
    "msgspec": _msgspec,
    "dataclass": _dataclass,
    "attrs": _attrs,
    "typeddict": _typeddict,
    "namedtuple": _namedtuple,
    "pydantic_dataclass": _pydantic_dataclass,
}
VARIANTS = 4
