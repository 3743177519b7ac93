"""`UNSET`: what a field of a patch holds that is not to be changed."""

from __future__ import annotations

import sys
from enum import Enum
from functools import cache
from typing import Any, Final


class Unset(Enum):
    """The type of `UNSET`, for annotations: `name: str | Unset = UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET
"""A field with this value is left alone by `update`, and left to the column's default by `insert`.

msgspec's own `UNSET` and Pydantic's `MISSING` mean the same.
"""

# Of msgspec and Pydantic: what stands for a value that was not given.
_OTHERS = ("UNSET", "MISSING")


def unset_values() -> tuple[Any, ...]:
    """All that stands for a value that was not given."""
    # Of libraries that are there already: they are not imported for this.
    modules = sys.modules
    return _of_modules(modules.get("msgspec"), modules.get("pydantic"))


@cache
def _of_modules(*modules: Any) -> tuple[Any, ...]:
    found = zip(modules, _OTHERS, strict=True)
    return (UNSET, *(getattr(module, name) for module, name in found if hasattr(module, name)))


def unset_ids() -> tuple[int, ...]:
    """What tells them from all other values; the equality of a value may be SQL."""
    modules = sys.modules
    return _ids(modules.get("msgspec"), modules.get("pydantic"))


@cache
def _ids(*modules: Any) -> tuple[int, ...]:
    return tuple(map(id, _of_modules(*modules)))


def is_unset_type(annotation: Any) -> bool:
    """Whether an option of an annotation is the type of such a value."""
    return any(annotation is value or annotation is type(value) for value in unset_values())
