"""What is known of the mapped classes that are drawn: enough to need no mapper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import MetaData, Table

from tests.truth.columns import Kind


@dataclass(frozen=True)
class Attribute:
    """An attribute that holds one value."""

    name: str
    kind: Kind
    nullable: bool
    column: str | None = None
    """The column's name; None for what SQL computes."""


@dataclass(frozen=True)
class Reference:
    """A foreign key."""

    target: int
    attributes: tuple[Attribute, ...]
    nullable: bool
    unique: bool
    """Each object is referred to once at most."""
    identifying: bool
    """It is a part of the primary key."""


@dataclass(frozen=True)
class Relation:
    """A relationship."""

    name: str
    target: int
    many: bool
    optional: bool = False
    """A relation to one that may lead to nothing."""
    ordered: bool = False
    """A relation to many that has an order."""


@dataclass(frozen=True)
class Link:
    """The table between two classes of a relation from many to many."""

    table: Table
    left: int
    right: int
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]


@dataclass
class Entity:
    """A mapped class."""

    number: int
    name: str
    table: Table
    model: type[Any]
    key: tuple[Attribute, ...]
    attributes: list[Attribute] = field(default_factory=list)
    """All that hold a value, those of the key first."""
    references: list[Reference] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def own(self) -> list[Attribute]:
        """The columns that no key and no reference takes."""
        taken = {one.name for one in self.key}
        taken |= {one.name for reference in self.references for one in reference.attributes}
        return [one for one in self.attributes if one.column and one.name not in taken]


@dataclass(frozen=True)
class Family:
    """Classes that refer to each other."""

    number: int
    backend: str
    metadata: MetaData
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
