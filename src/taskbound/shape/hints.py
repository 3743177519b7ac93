"""The annotations of a class: names looked up, type variables replaced by what they stand for."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, ForwardRef, Generic, Protocol, TypeVar, get_args, get_origin, get_type_hints

from taskbound.errors import UnreadableField
from taskbound.shape.spelling import spelled

_Variables = dict[Any, Any]


def hints(dto: Any) -> dict[str, Any]:
    """The annotations of a class, or of a generic one with its arguments.

    Raises `UnreadableField` where an annotation names what cannot be found.
    """
    cls = get_origin(dto) or dto
    found = _resolved(cls)
    variables = _variables(dto)
    return {name: substituted(hint, _of(cls, name, variables)) for name, hint in found.items()}


def substituted(hint: Any, variables: Mapping[Any, Any]) -> Any:
    """The annotation with its type variables replaced."""
    if isinstance(hint, TypeVar):
        return variables.get(hint, hint)
    # A class that is generic itself has parameters too, but none that could be given here.
    parameters = getattr(hint, "__parameters__", ()) if get_origin(hint) else ()
    if not parameters:
        return hint
    return hint[tuple(variables.get(parameter, parameter) for parameter in parameters)]


def _resolved(cls: type[Any]) -> dict[str, Any]:
    try:
        # A class inside a function is no global name, but it knows its own.
        return get_type_hints(cls, localns={cls.__name__: cls}, include_extras=True)
    except NameError as error:
        raise unresolved(cls, error.name or str(error)) from None
    except (AttributeError, SyntaxError, TypeError) as error:
        raise UnreadableField(
            dto=spelled(cls),
            field=next((field for field, _, base in _written(cls) if _fails(base, field)), "?"),
            reason=f"is annotated with what cannot be evaluated: {error}",
            cure="write the type that it is to have",
        ) from error


def unresolved(cls: type[Any], name: str) -> UnreadableField:
    """The error for a class whose annotations use a name that is not there."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    using = (found for found in _written(cls) if word.search(found[1]))
    field, text, base = next(using, ("?", name, cls))
    return UnreadableField(
        dto=spelled(cls),
        field=field,
        reason=f"is annotated {text!r}, and {name} is a name that "
        f"module {base.__module__} does not have",
        cure=f"define or import {name} at the top of that module, outside `if TYPE_CHECKING`",
    )


def _written(cls: type[Any]) -> Iterator[tuple[str, str, type[Any]]]:
    """The annotations that are text: the field, the text, and the class that it stands in."""
    for base in cls.__mro__:
        for field, hint in inspect.get_annotations(base).items():
            if text := _text(hint):
                yield field, text, base


def _fails(base: type[Any], field: str) -> bool:
    """Whether one annotation alone cannot be evaluated."""
    alone = {"__annotations__": {field: inspect.get_annotations(base)[field]}}
    try:
        get_type_hints(type(base.__name__, (), {**alone, "__module__": base.__module__}))
    except (AttributeError, SyntaxError, TypeError):
        return True
    except NameError:  # of the class itself, which the whole of it knows
        return False
    return False


def _text(hint: Any) -> str:
    if isinstance(hint, ForwardRef):
        return hint.__forward_arg__
    if isinstance(hint, str):
        return hint
    return next((text for inner in get_args(hint) if (text := _text(inner))), "")


def _variables(dto: Any) -> dict[type[Any], _Variables]:
    """What the type variables stand for, for each class that `dto` is or inherits from."""
    return dict(_walk(dto, {}))


def _walk(dto: Any, outer: _Variables) -> Iterator[tuple[type[Any], _Variables]]:
    cls = get_origin(dto) or dto
    if cls in {Generic, Protocol, object} or not isinstance(cls, type):
        return
    arguments = (substituted(argument, outer) for argument in get_args(dto))
    variables = dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=False))
    yield cls, variables
    for base in vars(cls).get("__orig_bases__", cls.__bases__):
        yield from _walk(base, variables)


def _of(cls: type[Any], name: str, variables: dict[type[Any], _Variables]) -> _Variables:
    """The variables of the class that has brought a name in."""
    having = [base for base in variables if name in inspect.get_annotations(base)]
    if not having:
        return {}
    # A TypedDict repeats what it inherits, so the last is the one that wrote it; elsewhere the first
    # is the one that counts.
    return variables[having[-1 if issubclass(cls, dict) else 0]]
