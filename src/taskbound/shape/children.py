"""Which objects of a to-many relation a field holds, and in what order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from taskbound.shape.criterion import is_criterion

_MOST = 10_000


class Where:
    """The condition for the objects that a field of a to-many relation holds.

    ```python
    class OrderRead(BaseModel):
        lines: Annotated[list[LineRead], Where(lambda line: line.quantity > 0)]
    ```

    criteria: functions that take the class of the objects, or an alias of it, and give an SQL condition; or
        such conditions themselves. All of them have to hold.

    Raises `ValueError` where there is none, or one is anything else.
    """

    __slots__ = ("criteria",)

    def __init__(self, *criteria: Any) -> None:
        self.criteria: tuple[Any, ...] = _checked("Where", criteria)


class OrderBy:
    """The order of the objects that a field of a to-many relation holds, instead of the relation's own.

    ```python
    class OrderRead(BaseModel):
        lines: Annotated[list[LineRead], OrderBy(lambda line: line.quantity.desc())]
    ```

    criteria: functions that take the class of the objects, or an alias of it, and give an SQL expression; or
        such expressions themselves. The first one counts most.

    Raises `ValueError` where there is none, or one is anything else.
    """

    __slots__ = ("criteria",)

    def __init__(self, *criteria: Any) -> None:
        self.criteria: tuple[Any, ...] = _checked("OrderBy", criteria)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many objects a field of a to-many relation holds at most, for each parent.

    ```python
    class CustomerRead(BaseModel):
        latest: Annotated[
            list[OrderRead], From("orders"), OrderBy(lambda order: order.id.desc()), Limit(3)
        ]
    ```

    count: 1 to 10,000 objects, the first ones in the order of `OrderBy` or of the relation.

    Raises `ValueError` where `count` is anything else.
    """

    count: int

    def __post_init__(self) -> None:
        if type(self.count) is not int or not 1 <= self.count <= _MOST:
            raise ValueError(f"Limit takes 1 to {_MOST:,} objects, and was given {self.count!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """What `Where`, `OrderBy` and `Limit` say together."""

    where: tuple[Any, ...] = ()
    order_by: tuple[Any, ...] = ()
    limit: int | None = None


ALL = Selection()


def _checked(name: str, criteria: tuple[Any, ...]) -> tuple[Any, ...]:
    if not criteria:
        raise ValueError(f"{name} takes at least one SQL expression")
    for criterion in criteria:
        if not is_criterion(criterion):
            raise ValueError(
                f"{name} was given {criterion!r}, which is no SQL expression and no function that "
                "gives one"
            )
    return criteria
