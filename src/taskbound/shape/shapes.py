"""The form of a DTO: its fields, and what each of them holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from taskbound.shape.children import ALL
from taskbound.shape.spelling import spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.shape.aggregation import Aggregation
    from taskbound.shape.children import Selection
    from taskbound.shape.form import Form
    from taskbound.shape.member import Taking


@dataclass(frozen=True, slots=True)
class Scalar:
    """A field that holds one value of a column."""

    type: Any
    """What the annotation names, without `Annotated` and `None`."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A field that holds one object of a to-one relation."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Listed:
    """A field that holds the objects of a to-many relation."""

    shape: Shape
    container: Callable[[list[Any]], Any]
    """Makes of the list what the field is annotated with: `list`, `tuple`, `set` or `frozenset`."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A field that holds the objects of a to-many relation in a dict."""

    shape: Shape
    key: str
    """The field of `shape` whose value is the key."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A field that is left empty, since the depth of a DTO that holds itself ends there."""

    make: Callable[[], Any]
    """Makes the empty container, or None."""


Content: TypeAlias = Scalar | Nested | Listed | Keyed | Nothing


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a DTO."""

    name: str
    path: tuple[str, ...]
    """From the model: relations first, the attribute last. The field's own name where it is SQL."""
    content: Content
    optional: bool
    """Whether the field takes None."""
    required: bool
    """False where the DTO has a default, which stands in where the model has no such attribute."""
    taking: Taking
    expression: Any = dataclasses.field(default=None, compare=False)
    """The SQL that it is read from, or a function that gives it; None where it is what `path` leads to."""
    aggregation: Aggregation | None = None
    """What it tells about all objects that `path` leads to."""
    selection: Selection = ALL
    """Which of the objects of a to-many relation it holds."""
    recursive: bool = False
    """Whether its objects hold such objects in turn, down to the last level. In their shape it is empty."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A DTO type: what it holds, and how one is made."""

    type: Any
    """A class, or a generic one with its arguments."""
    fields: tuple[Field, ...]
    form: Form
    make: Callable[..., Any]
    """Takes the fields as `form` says. Runs the type's own checks."""
    by_name: bool = False
    """Whether a Pydantic type has an alias for a field, so that `make` tells Pydantic to go by names."""
    make_by_name: Callable[..., Any] | None = None
    """`make` for dicts inside dicts of which some are for types with `by_name`; None where there is no
    Pydantic that checks."""
    tag: Any = None
    """What msgspec tells the type from others by; None where it has no tag."""
    options: tuple[Option, ...] = ()
    """Where `form` is `CHOICE`: the DTOs of which an object is one. There are no fields then."""

    @property
    def name(self) -> str:
        """The name that the DTO has in messages."""
        return spelled(self.type)

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Option:
    """One of the DTOs of a union."""

    shape: Shape
    model: type[Any] | None
    """The class that `For` names; None where the DTO itself tells which objects it is for."""
