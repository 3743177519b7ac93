"""From a DTO type to its `Shape`."""

from __future__ import annotations

from typing import Any

from taskbound.errors import NoShape
from taskbound.shape.field import FieldReader
from taskbound.shape.readers import reading_of
from taskbound.shape.shapes import Shape
from taskbound.shape.spelling import spelled
from taskbound.shape.way import Way


def read_shape(dto: Any) -> Shape:
    """The shape of a DTO: Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict, NamedTuple.

    dto: the class, or a generic one with its arguments: `Page[OrderRead]`.

    Raises `NoShape` where `dto` is none of these, `RecursiveShape` where it holds itself without end, and
    `UnreadableField` where a field's annotation cannot be read.
    """
    return _shape(dto, Way())


def _shape(dto: Any, way: Way) -> Shape:
    reading = reading_of(dto)
    if reading is None:
        raise NoShape(dto=spelled(dto))
    way.enter(dto)
    fields = tuple(FieldReader(dto, member, way, _shape).field() for member in reading.members)
    return Shape(dto, fields, reading.form, reading.make, reading.by_name, reading.make_by_name)
