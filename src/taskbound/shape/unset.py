"""`UNSET`: what a field of a patch holds that is not to be changed."""

from __future__ import annotations

import sys
from enum import Enum
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

# By module: what stands for a value that was not given.
_OTHERS = (("msgspec", "UNSET"), ("pydantic", "MISSING"))


def unset_values() -> tuple[Any, ...]:
    """All that stands for a value that was not given."""
    # Looked up where the library is there already: it is not imported for this.
    found = ((sys.modules.get(module), name) for module, name in _OTHERS)
    return (UNSET, *(getattr(module, name) for module, name in found if hasattr(module, name)))


def is_unset_type(annotation: Any) -> bool:
    """Whether an option of an annotation is the type of such a value."""
    return any(annotation is value or annotation is type(value) for value in unset_values())
