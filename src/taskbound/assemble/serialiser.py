"""JSON of DTOs, by the library that they are made with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from taskbound.assemble.form_by_schema import form_by_schema
from taskbound.assemble.form_by_shape import form_by_shape

if TYPE_CHECKING:
    from taskbound.shape import Shape
    from taskbound.shape.json_form import JsonForm

_Dump: TypeAlias = Callable[[list[Any]], bytes]


@dataclass(frozen=True, slots=True)
class Serialiser:
    """What writes the JSON of one type of DTO."""

    library: str
    dump: _Dump
    """Makes a JSON array of DTOs."""
    form: Callable[[], JsonForm]
    """The form of one object in it. Raises `Unwritten` where that does not follow from the values alone."""


def serialiser(shape: Shape) -> Serialiser:
    """What writes the JSON of a DTO.

    msgspec writes its Structs and, where it is installed, attrs classes. Pydantic writes everything else.
    What one of them does not know inside its own objects, the other writes.
    """
    msgspec = _msgspec_for(shape)
    if msgspec is not None:
        encode = partial(msgspec.json.encode, enc_hook=_by_pydantic)
        return Serialiser("msgspec", encode, partial(form_by_shape, shape))
    return _of_pydantic(shape)


def _of_pydantic(shape: Shape) -> Serialiser:
    adapter = _adapter(shape.type)
    if adapter is None:
        dump = partial(_pydantic_core().to_json, fallback=_by_another)
        return Serialiser("Pydantic", dump, partial(form_by_shape, shape))
    schema = _adapter(shape.type, listed=False).core_schema
    dump = partial(adapter.dump_json, fallback=_by_another)
    return Serialiser("Pydantic", dump, partial(form_by_schema, schema, shape))


@lru_cache(maxsize=1024)
def _adapter(dto: Any, *, listed: bool = True) -> Any:
    """Pydantic's adapter; None for a type that Pydantic can write by its values only."""
    pydantic = import_module("pydantic")
    try:
        return pydantic.TypeAdapter(list[dto] if listed else dto)
    except pydantic.PydanticUserError:
        return None


def _msgspec_for(shape: Shape) -> Any:
    """msgspec, where it is what writes the objects of a shape."""
    types = [option.type for option in _options(shape)]
    if any(_is_struct(found) for found in types):
        return sys.modules["msgspec"]
    if any(_is_attrs(found) for found in types):
        try:
            return import_module("msgspec")
        except ImportError:
            return None
    return None


def _options(shape: Shape) -> Iterator[Shape]:
    yield shape
    for option in shape.options:
        yield from _options(option.shape)


def _by_another(value: Any) -> Any:
    """The JSON value of what Pydantic does not know."""
    if _is_struct(type(value)):
        return sys.modules["msgspec"].to_builtins(value, enc_hook=_by_pydantic)
    if _is_attrs(type(value)):
        fields = sys.modules["attr"].fields(type(value))
        return {field.name: getattr(value, field.name) for field in fields}
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _by_pydantic(value: Any) -> Any:
    """The JSON value of what msgspec does not know."""
    return _pydantic_core().to_jsonable_python(value, fallback=_by_another)


def _is_struct(found: Any) -> bool:
    msgspec = sys.modules.get("msgspec")
    found = getattr(found, "__origin__", found)
    return msgspec is not None and isinstance(found, type) and issubclass(found, msgspec.Struct)


def _is_attrs(found: Any) -> bool:
    attr = sys.modules.get("attr")
    found = getattr(found, "__origin__", found)
    return attr is not None and isinstance(found, type) and bool(attr.has(found))


def _pydantic_core() -> Any:
    return import_module("pydantic_core")
