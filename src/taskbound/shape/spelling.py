"""How a type is written in code, for messages."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

_UNIONS = (Union, types.UnionType)


def spelled(annotation: Any) -> str:
    """The annotation as its author would write it: `Page[OrderRead] | None`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return spelled(arguments[0])
    if origin in _UNIONS:
        return " | ".join(spelled(option) for option in arguments)
    if origin is Literal:
        return f"Literal[{', '.join(repr(value) for value in arguments)}]"
    if origin is not None:
        return f"{_name(origin)}[{', '.join(spelled(argument) for argument in arguments)}]"
    return _name(annotation)


def _name(annotation: Any) -> str:
    if annotation is types.NoneType:
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, TypeVar):
        return annotation.__name__
    return str(getattr(annotation, "__name__", annotation))
