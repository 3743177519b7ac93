"""An annotation taken apart: what is said beside the type, None, and the type itself."""

from __future__ import annotations

import types
from typing import Annotated, Any, Final, NotRequired, Required, Union, get_args, get_origin

_QUALIFIERS = {Annotated, Final, NotRequired, Required}
_UNIONS = {Union, types.UnionType}


def plain(annotation: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """The type, the marks of `Annotated` from the outermost on, and whether None is among it."""
    annotation, marks = _without_marks(annotation)
    annotation, optional = _without_none(annotation)
    # `Annotated` may also stand inside the union with None.
    annotation, inner = _without_marks(annotation)
    return annotation, (*marks, *inner), optional


def options(annotation: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type that it is."""
    return get_args(annotation) if get_origin(annotation) in _UNIONS else (annotation,)


def choices(annotation: Any) -> tuple[tuple[Any, tuple[Any, ...]], ...]:
    """The types of a union, also of unions inside it, each with its marks."""
    annotation, marks, _ = plain(annotation)
    found = options(annotation)
    if found == (annotation,):
        return ((annotation, marks),)
    return tuple(choice for option in found for choice in choices(option))


def _without_marks(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    marks: tuple[Any, ...] = ()
    while True:
        origin = get_origin(annotation)
        if _is_alias(annotation):
            annotation = annotation.__value__
        elif _is_alias(origin):
            annotation = origin.__value__[get_args(annotation)]
        elif origin in _QUALIFIERS or getattr(origin, "_name", "") == "ReadOnly":
            marks = (*marks, *getattr(annotation, "__metadata__", ()))
            annotation = get_args(annotation)[0]
        else:
            return annotation, marks


def _is_alias(annotation: Any) -> bool:
    """Whether it is what `type Name = ...` makes, which Python 3.11 has in typing_extensions."""
    return type(annotation).__name__ == "TypeAliasType"


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if annotation is Any or annotation is object:
        return annotation, True
    found = options(annotation)
    others = tuple(
        option for option in found if option is not None and option is not types.NoneType
    )
    if len(others) == len(found):
        return annotation, False
    return (Union[others] if others else types.NoneType), True  # noqa: UP007  # known at run time only
