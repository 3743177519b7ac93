"""Values and DTOs in a form in which `==` means the same to the last bit.

Order counts only where there is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pydantic

from tests.truth.dtos import Dto, Field

Form = tuple[Any, ...]


def form(dto: Dto, made: Any) -> Form:
    """A DTO as nested tuples: its type, then each field by name."""
    fields = tuple((field.name, _of_field(field, _read(dto, made, field))) for field in dto.fields)
    return (_type(made), *_given(dto, made), *fields)


def forms(dto: Dto, made: Iterable[Any], *, ordered: bool) -> list[Form]:
    """Several DTOs; where they have no order, in one that depends on their content alone."""
    found = [form(dto, one) for one in made]
    return found if ordered else sorted(found, key=repr)


def value_form(value: Any) -> Form:
    """A value of a column, told from all that is merely equal to it."""
    match value:
        case list() | tuple():
            return (_type(value), *map(value_form, value))
        case set() | frozenset():
            return (_type(value), *sorted(map(value_form, value), key=repr))
        case dict():
            return ("dict", *((key, value_form(inner)) for key, inner in value.items()))
    return _type(value), *_digits(value)


def _digits(value: Any) -> Form:
    match value:
        case float():
            return (value.hex(),)
        case Decimal():
            return (value.as_tuple(),)
        case dt.datetime() | dt.time():
            return value.replace(tzinfo=None).isoformat(), value.utcoffset()
    return (value,)


def _of_field(field: Field, value: Any) -> Form:
    dto = field.holds
    if not isinstance(dto, Dto) or value is None:
        return value_form(value)
    if not field.container:
        return form(dto, value)
    ordered = field.ordered and field.container in {"list", "tuple", "dict"}
    if isinstance(value, dict):
        items = [(value_form(key), form(dto, one)) for key, one in value.items()]
        return ("dict", *(items if ordered else sorted(items, key=repr)))
    return (_type(value), *forms(dto, value, ordered=ordered))


def _given(dto: Dto, made: Any) -> Form:
    """What Pydantic knows to have been given, and the keys of a TypedDict."""
    if isinstance(made, pydantic.BaseModel):
        return (sorted(made.model_fields_set),)
    return (list(made),) if dto.kind == "typeddict" else ()


def _read(dto: Dto, made: Any, field: Field) -> Any:
    if dto.kind == "typeddict":
        return made.get(field.name, "no such key")
    return getattr(made, field.name)


def _type(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def difference(found: Any, expected: Any, path: str = "") -> str:
    """Where two forms differ first."""
    if isinstance(found, list | tuple) and isinstance(expected, list | tuple):
        for number, (one, other) in enumerate(zip(found, expected, strict=False)):
            if one != other:
                # A field is a pair of its name and its form.
                is_field = isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str)
                step = f".{one[0]}" if is_field else f"[{number}]"
                return difference(one, other, path + step)
        if len(found) != len(expected):
            return f"at {path or 'the top'}: {len(found)} instead of {len(expected)}: {found!r}, {expected!r}"
    return f"at {path or 'the top'}: {found!r} instead of {expected!r}"
