"""What a reader finds in a DTO type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from taskbound.shape.form import Form


class Taking(Enum):
    """How a field takes the value that it is given."""

    UNCHANGED = auto()
    """As it is: nothing looks at its type."""
    CONVERTED = auto()
    """Pydantic makes it the field's type where it can, and refuses it where it cannot."""
    FREELY = auto()
    """Code of the DTO's author makes of it what it likes."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field as its library describes it: the annotation is not looked into yet."""

    name: str
    annotation: Any
    required: bool
    taking: Taking = Taking.UNCHANGED


@dataclass(frozen=True, slots=True)
class Reading:
    """All members of a DTO type, and what makes an object of them."""

    members: tuple[Member, ...]
    form: Form
    make: Callable[..., Any]
    """Takes what `form` says."""
    by_name: bool = False
    """Whether `make` goes by the names of fields that have an alias for the outside."""
    make_by_name: Callable[..., Any] | None = None
    """`make` that goes by names at any depth; None where `form` is not `VALIDATED`."""
    tag: Any = None
    """The tag of a msgspec Struct; None where there is none."""
