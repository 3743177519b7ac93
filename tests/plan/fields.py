"""A DTO of one field, for tests that are about that field."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Any

import pydantic


def dataclass_of(name: str, annotation: Any, **more: Any) -> Any:
    """A dataclass `Read`, which takes values as they are."""
    return make_dataclass("Read", [(name, annotation), *more.items()])


def model_of(name: str, annotation: Any) -> Any:
    """A Pydantic model `Read`, which converts values."""
    fields: dict[str, Any] = {name: (annotation, ...)}
    return pydantic.create_model("Read", **fields)
