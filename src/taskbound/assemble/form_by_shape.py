"""The JSON form of objects that are written by the types of their values: msgspec's, and plain ones."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, get_origin, is_typeddict

from taskbound.shape import Form, Keyed, Listed, Nested, Shape
from taskbound.shape.json_form import JsonForm, JsonMember, Unwritten

_AFTERWARDS = ("__post_init__", "__attrs_post_init__")
_KEYS = (int, str)


def form_by_shape(shape: Shape) -> JsonForm:
    """The form of one object.

    Raises `Unwritten` where its library does anything but write the values as they are.
    """
    keys = _keys(shape)
    members = {}
    for field in shape.fields:
        inside = None
        if isinstance(field.content, Nested | Listed | Keyed):
            inside = form_by_shape(field.content.shape)
        if isinstance(field.content, Keyed):
            _check_keys(shape, field.name, field.content)
        members[field.name] = JsonMember(keys[field.name], inside=inside)
    return JsonForm(members)


def refuse_array(shape: Shape) -> None:
    """Raise `Unwritten` where a DTO is a NamedTuple."""
    cls = get_origin(shape.type) or shape.type
    if issubclass(cls, tuple):
        raise Unwritten(f"{shape.name} is written as an array")


def refuse_own_constructor(shape: Shape) -> None:
    """Raise `Unwritten` where code of the DTO's author runs when one is made."""
    cls = get_origin(shape.type) or shape.type
    code = getattr(cls.__init__, "__code__", None)
    written_by_hand = code is not None and not code.co_filename.startswith("<")
    if written_by_hand or any(hasattr(cls, name) for name in _AFTERWARDS):
        raise Unwritten(f"{shape.name} does work of its own when one is made")


def _keys(shape: Shape) -> dict[str, str]:
    """What each field is called in JSON."""
    cls = get_origin(shape.type) or shape.type
    names = {field.name: field.name for field in shape.fields}
    if shape.form is Form.MAPPING and is_typeddict(cls):
        return names
    if shape.form not in {Form.POSITIONAL, Form.KEYWORD}:
        raise Unwritten(f"{shape.name} is inside an object that another library writes")
    refuse_array(shape)
    refuse_own_constructor(shape)
    msgspec, attr = sys.modules.get("msgspec"), sys.modules.get("attr")
    if msgspec is not None and issubclass(cls, msgspec.Struct):
        return _of_struct(shape, cls)
    if attr is not None and attr.has(cls):
        _check_attrs(shape, attr.fields(cls))
        return names
    _check_names(shape, [field.name for field in dataclasses.fields(cls)])
    return names


def _of_struct(shape: Shape, cls: Any) -> dict[str, str]:
    config = cls.__struct_config__
    for setting in ("tag", "array_like", "omit_defaults"):
        if getattr(config, setting):
            raise Unwritten(f"{shape.name} is set up with {setting}")
    return dict(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))


def _check_attrs(shape: Shape, fields: Any) -> None:
    _check_names(shape, [field.name for field in fields])
    for field in fields:
        if field.validator or field.converter:
            raise Unwritten(f"{shape.name}.{field.name} has code of its own")


def _check_names(shape: Shape, written: list[str]) -> None:
    for name in written:
        # What begins with an underscore some libraries take for private.
        if shape.field(name) is None or name.startswith("_"):
            raise Unwritten(f"{shape.name}.{name} is not written as it is read")


def _check_keys(shape: Shape, name: str, content: Keyed) -> None:
    key = content.shape.field(content.key)
    if key is None or getattr(key.content, "type", None) not in _KEYS:
        raise Unwritten(f"{shape.name}.{name} has keys that are neither int nor str")
