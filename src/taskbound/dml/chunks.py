"""The rows of a load, so many at a time, from whatever they come out of."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from itertools import islice
from typing import Any


async def chunks(rows: Iterable[Any] | AsyncIterable[Any], size: int) -> AsyncIterator[list[Any]]:
    """Lists of `size` rows, the last one shorter. No more than one is in memory.

    Raises `TypeError` where `rows` is one row.
    """
    if isinstance(rows, AsyncIterable):
        part: list[Any] = []
        async for row in rows:
            part.append(row)
            if len(part) == size:
                yield part
                part = []
        if part:
            yield part
        return
    if _is_one_row(rows) or not isinstance(rows, Iterable):
        raise TypeError("rows are an iterable of DTOs or of mappings, and not one of them")
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part


def _is_one_row(rows: object) -> bool:
    """Whether it is one of those that can be iterated over, too: a Pydantic model gives its fields then."""
    if isinstance(rows, Mapping | str | bytes):
        return True
    is_named_tuple = isinstance(rows, tuple) and hasattr(rows, "_fields")
    is_root = getattr(rows, "__pydantic_root_model__", False)
    return is_named_tuple or (hasattr(rows, "model_fields_set") and not is_root)
