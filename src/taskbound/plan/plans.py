"""The plan of a read: for each DTO the columns, the joins and the children that fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapper
    from sqlalchemy.types import TypeEngine

    from taskbound.shape import Function, Keyed, Listed, Nested, Nothing, Shape

    Criterion: TypeAlias = Callable[[Any], ColumnElement[Any]] | ColumnElement[Any]
    """SQL over the attributes of a class, or what makes it of the class or an alias of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A field that one column, or one SQL expression, fills."""

    field: str
    path: tuple[str, ...]
    """To-one relations, and the attribute at the end; the field's name where there is an expression."""
    mapper: Mapper[Any]
    """The class that has the attribute, or that the expression is over."""
    type: TypeEngine[Any]
    expression: Criterion | None = None
    """What is read instead of the attribute."""


@dataclass(frozen=True, slots=True, eq=False)
class Aggregate:
    """A field that tells something about all objects of a to-many relation."""

    field: str
    path: tuple[str, ...]
    """To-one relations, and the to-many relation at the end."""
    mapper: Mapper[Any]
    """The class that has the last relation."""
    function: Function
    attribute: str | None
    """Of the objects: what is added up or compared; None where they are counted."""
    where: Criterion | None
    """Which objects count; None where all do."""
    type: TypeEngine[Any]
    """Of the result. The engine may give another number type than it, as for a sum of integers."""


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
    """Where `recursive`, this field is an `Empty` in it."""
    where: tuple[Criterion, ...] = ()
    """Which objects there are: all of these hold."""
    order_by: tuple[Criterion, ...] = ()
    """Their order; that of the relation where there is none."""
    limit: int | None = None
    """How many there are at most for one parent; None for all."""
    recursive: bool = False
    """Whether the objects hold such objects in turn, down to the last level."""


@dataclass(frozen=True, slots=True, eq=False)
class Empty:
    """A field that is left empty, since the depth of a DTO that holds itself ends there."""

    field: str
    content: Nothing


Part: TypeAlias = Column | Aggregate | One | Many | Empty


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A DTO bound to a mapped class. It never changes, so one can serve every task."""

    shape: Shape
    mapper: Mapper[Any]
    parts: tuple[Part, ...]
    """In the order of the DTO's fields."""
    defaults: tuple[str, ...]
    """The fields that the class does not have, and that keep the DTO's default."""
    variants: tuple[Variant, ...] = ()
    """Where the DTO is a union: how an object is read, by its class. There are no parts then."""
    discriminator: ColumnElement[Any] | None = None
    """What tells the classes apart; None where the DTO is no union."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What columns fill."""
        return tuple(part for part in self.parts if isinstance(part, Column))

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """What tells something about all objects of a to-many relation."""
        return tuple(part for part in self.parts if isinstance(part, Aggregate))

    @property
    def empties(self) -> tuple[Empty, ...]:
        """What is left empty."""
        return tuple(part for part in self.parts if isinstance(part, Empty))

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


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """How the objects of one class of an inheritance are read."""

    identity: Any
    """What the discriminator holds for them."""
    mapper: Mapper[Any]
    """The class that `plan` reads from: theirs, or one that it inherits from."""
    plan: Plan
    """The same one for several identities where one DTO is for all of them."""
