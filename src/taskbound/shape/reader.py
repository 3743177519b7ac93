"""From a DTO type to its `Shape`."""

from __future__ import annotations

from typing import Any

from taskbound.errors import NoShape
from taskbound.shape.annotation import choices, plain
from taskbound.shape.field import FieldReader
from taskbound.shape.form import Form
from taskbound.shape.markers import For
from taskbound.shape.readers import reading_of
from taskbound.shape.refusals import Refusals
from taskbound.shape.shapes import Field, Option, Shape
from taskbound.shape.spelling import spelled
from taskbound.shape.way import Way


def read_shape(dto: Any) -> Shape:
    """The shape of a DTO: Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict, NamedTuple.

    dto: the class, a generic one with its arguments (`Page[OrderRead]`), or a union of such ones.

    Raises `NoShape` where `dto` is none of these, `RecursiveShape` where it holds itself without end, and
    `UnreadableField` where a field's annotation cannot be read. Where there are several such fields, the
    others are at the error of the first one.
    """
    if plain(dto)[2]:
        raise NoShape(dto=spelled(dto))  # where there is no object, there is no row
    return _shape(dto, Way())


def _shape(annotation: Any, way: Way) -> Shape:
    found = choices(annotation)
    if len(found) == 1:
        return _of_one(annotation, way)
    options, refusals = list[Option](), Refusals()
    for dto, marks in found:
        with refusals:
            options.append(Option(_of_one(dto, way), _model(marks)))
    refusals.check()
    by_name = any(option.shape.by_name for option in options)
    return Shape(annotation, (), Form.CHOICE, _refuse_to_make, by_name, options=tuple(options))


def _model(marks: tuple[Any, ...]) -> type[Any] | None:
    return next((mark.model for mark in marks if isinstance(mark, For)), None)


def _refuse_to_make(*_: Any, **__: Any) -> Any:
    raise TypeError("an object of a union is made as one of its options")


def _of_one(dto: Any, way: Way) -> Shape:
    reading = reading_of(dto)
    if reading is None:
        raise NoShape(dto=spelled(dto))
    way.enter(dto)
    fields, refusals = list[Field](), Refusals()
    for member in reading.members:
        with refusals:
            fields.append(FieldReader(dto, member, way, _shape).field())
    refusals.check()
    return Shape(
        type=dto,
        fields=tuple(fields),
        form=reading.form,
        make=reading.make,
        by_name=reading.by_name,
        make_by_name=reading.make_by_name,
        tag=reading.tag,
    )
