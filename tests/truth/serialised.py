"""The JSON of DTOs as their own library writes it, in a form that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any

import msgspec
import pydantic

from tests.truth.dtos import Dto, Field

_BY_MSGSPEC = {"msgspec", "attrs"}
_BY_PYDANTIC = {"pydantic", "pydantic_dataclass"}


class Unserialisable(Exception):
    """No library alone writes these DTOs."""


def serialised(dto: Dto, made: Sequence[Any]) -> bytes:
    """A JSON array.

    Raises `Unserialisable` where it holds objects of two libraries, or values that have no JSON.
    """
    kinds = set(_kinds(dto))
    by_msgspec = dto.kind in _BY_MSGSPEC
    if kinds & (_BY_PYDANTIC if by_msgspec else _BY_MSGSPEC):
        raise Unserialisable
    try:
        if by_msgspec:
            return msgspec.json.encode(list(made))
        rows: Any = GenericAlias(list, (dto.made,))
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(rows)
        return adapter.dump_json(list(made))
    except (pydantic.PydanticUserError, TypeError, ValueError, OverflowError) as error:
        raise Unserialisable from error


def json_form(dto: Dto, body: bytes, *, ordered: bool) -> Any:
    """What a JSON array says; lists that have no order are sorted."""
    return _rows(dto, json.loads(body), ordered=ordered)


def _rows(dto: Dto, rows: list[Any], *, ordered: bool) -> list[Any]:
    found = [_row(dto, row) for row in rows]
    return found if ordered else sorted(found, key=repr)


def _row(dto: Dto, row: Any) -> Any:
    # A NamedTuple is an array.
    if isinstance(row, list):
        return [_value(field, value) for field, value in zip(dto.fields, row, strict=True)]
    fields = {name: field for field in dto.fields for name in (field.name, field.name.upper())}
    return {name: _value(fields[name], value) for name, value in row.items()}


def _value(field: Field, value: Any) -> Any:
    if not isinstance(field.holds, Dto):
        # A set has no order in JSON either.
        is_set = field.holds is not None and field.holds.kind.name == "tags"
        return sorted(value) if is_set and value is not None else value
    if value is None or not field.container:
        return value if value is None else _row(field.holds, value)
    if isinstance(value, dict):
        inner = field.holds
        return {key: _row(inner, one) for key, one in value.items()}
    is_set = field.container in {"set", "frozenset"}
    return _rows(field.holds, value, ordered=field.ordered and not is_set)


def _kinds(dto: Dto) -> Iterator[str]:
    yield dto.kind
    for field in dto.fields:
        if isinstance(field.holds, Dto):
            yield from _kinds(field.holds)
