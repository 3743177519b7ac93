"""The plan of a read: for each DTO the columns, the joins and the children that fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.shape import Keyed, Listed, Nested, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A field that one column fills."""

    field: str
    path: tuple[str, ...]
    """To-one relations, and the attribute at the end."""
    mapper: Mapper[Any]
    """The class that has the attribute."""
    type: TypeEngine[Any]


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """A field that the object of a to-one relation fills."""

    field: str
    path: tuple[str, ...]
    """To-one relations, the last of which leads to `plan`."""
    mapper: Mapper[Any]
    """The class that has the last relation."""
    content: Nested
    plan: Plan


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """A field that the objects of a to-many relation fill."""

    field: str
    path: tuple[str, ...]
    """To-one relations, and the to-many relation at the end."""
    mapper: Mapper[Any]
    """The class that has the last relation."""
    content: Listed | Keyed
    plan: Plan


Part: TypeAlias = Column | One | Many


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A DTO bound to a mapped class. It never changes, so one can serve every task."""

    shape: Shape
    mapper: Mapper[Any]
    parts: tuple[Part, ...]
    """In the order of the DTO's fields."""
    defaults: tuple[str, ...]
    """The fields that the class does not have, and that keep the DTO's default."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What columns fill."""
        return tuple(part for part in self.parts if isinstance(part, Column))

    @property
    def ones(self) -> tuple[One, ...]:
        """What to-one relations fill."""
        return tuple(part for part in self.parts if isinstance(part, One))

    @property
    def manies(self) -> tuple[Many, ...]:
        """What to-many relations fill."""
        return tuple(part for part in self.parts if isinstance(part, Many))

    def explain(self) -> str:
        """The plan as a tree of text: each field, and the column, join or children that fill it.

        ```text
        OrderRead from Order
        ├── id: Order.id Integer()
        ├── customer: CustomerRead from Customer, joined by Order.customer
        │   └── name: Customer.name String()
        └── lines: list of LineRead from Line, children by Order.lines
            └── quantity: Line.quantity Integer()
        ```
        """
        # The text is written by what knows these classes.
        from taskbound.plan.explain import explained

        return explained(self)
