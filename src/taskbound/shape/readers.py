"""The readers of all kinds of DTO."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_origin

from taskbound.shape import attrs, dataclass, msgspec, namedtuple, pydantic, typeddict
from taskbound.shape.member import Reading

_READERS: Sequence[Callable[[type[Any], Any], Reading | None]] = (
    typeddict.read,
    pydantic.read,
    msgspec.read,
    attrs.read,
    dataclass.read,
    namedtuple.read,
)


def reading_of(dto: Any) -> Reading | None:
    """What the reader of a DTO type finds, None where the type is no DTO."""
    cls = get_origin(dto) or dto
    if not isinstance(cls, type):
        return None
    return next((found for read in _READERS if (found := read(cls, dto)) is not None), None)
