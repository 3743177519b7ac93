"""Where the fields of a DTO stand in a row.

Written by `statement/`, which orders the columns, and read by `assemble/`.

A layout is a tree of instructions. A row is a sequence: one that the driver returns, or one of the rows
inside a cell of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from taskbound.shape import Keyed, Listed, Shape

Rows: TypeAlias = Sequence[Sequence[Any]]
# For each batch the children by the key of their parent; a key is a value, or a tuple of several.
Batches: TypeAlias = Sequence[Mapping[Any, list[Any]]]


# What a cell of rows holds where one of its values is not written as Python would write it.
UNSURE = "~"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A field that is a value of the row."""

    field: str
    index: int
    decode: Callable[[Any], Any] | None = None
    """Makes of what a cell of rows can carry what the driver would return. Not called for None."""
    sure: Callable[[Any], Any] | None = None
    """Does the same as `decode`, and faster, in a cell of rows without `UNSURE`; None where nothing does."""
    convert: Callable[[Any], Any] | None = None
    """Makes of what the driver returns the value in Python: the result processor of the column's type."""
    presence: int | None = None
    """The column that is NULL where there is no object to have the value; None where there is no need to
    look, because the value is NULL then too."""


@dataclass(frozen=True, slots=True, eq=False)
class Single:
    """A field that is an object of a to-one relation, from columns of the same row."""

    field: str
    layout: Layout | Choice
    presence: int | None
    """The column that is NULL where there is no object; None where there always is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """A field that holds children, which stand as rows inside one cell."""

    field: str
    content: Listed | Keyed
    layout: Layout | Choice
    index: int
    decode: Callable[[Any], Rows] | None = None
    """Makes rows of the cell; None where the driver has done that."""


@dataclass(frozen=True, slots=True, eq=False)
class Batched:
    """A field that holds children which a statement of their own has read."""

    field: str
    content: Listed | Keyed
    slot: int
    """Which of the batches."""
    keys: tuple[int, ...]
    """The columns of the parent's key."""


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A field that has the same value in each object."""

    field: str
    make: Callable[[], Any]


Instruction: TypeAlias = Value | Single | Inline | Batched | Fixed


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How to make one object of one row."""

    shape: Shape
    instructions: tuple[Instruction, ...]
    """In the order of the DTO's fields. A field that keeps its default has none."""

    def keys_of_batches(self) -> dict[int, tuple[int, ...]]:
        """For each batch that follows the row, the columns of the key that it is asked with."""
        found: dict[int, tuple[int, ...]] = {}
        for instruction in self.instructions:
            if isinstance(instruction, Batched):
                found[instruction.slot] = instruction.keys
            elif isinstance(instruction, Single):
                found |= instruction.layout.keys_of_batches()
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """How to make of one row an object of one of several DTOs."""

    shape: Shape
    discriminator: Value
    options: tuple[tuple[Any, Layout], ...]
    """What the discriminator holds, and what is then made of the row."""

    def keys_of_batches(self) -> dict[int, tuple[int, ...]]:
        """For each batch that follows the row, the columns of the key that it is asked with."""
        found: dict[int, tuple[int, ...]] = {}
        for _, layout in self.options:
            found |= layout.keys_of_batches()
        return found
