"""What stands beside the type of a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from taskbound.errors import UnreadableField
from taskbound.shape.aggregation import Aggregation
from taskbound.shape.children import ALL, Limit, OrderBy, Selection, Where
from taskbound.shape.levels import Depth, Tree
from taskbound.shape.markers import By, From

Refuse = Callable[[str, str], UnreadableField]
"""Takes the reason and the cure."""

_Mark = TypeVar("_Mark")
_OF_CHILDREN = (By, Where, OrderBy, Limit)
_OF_OBJECTS = (*_OF_CHILDREN, Depth, Tree)


class Marks:
    """The markers of a field. Those of other libraries are passed over."""

    def __init__(self, marks: Sequence[Any], refuse: Refuse) -> None:
        self._marks = marks
        self._refuse = refuse

    def one(self, kind: type[_Mark]) -> _Mark | None:
        """The marker of a kind, None where there is none.

        Raises `UnreadableField` where there are several.
        """
        found = [mark for mark in self._marks if isinstance(mark, kind)]
        if len(found) > 1:
            raise self._refuse(f"has {kind.__name__} {len(found)} times", "leave one")
        return found[0] if found else None

    def either(self, first: type[Any], second: type[Any]) -> Any:
        """The marker of one kind or the other.

        Raises `UnreadableField` where there are both, or several.
        """
        marks = self.one(first), self.one(second)
        if None not in marks:
            names = " and ".join(type(mark).__name__ for mark in marks)
            raise self._refuse(f"has {names}, of which it can follow one", "leave one")
        return marks[0] or marks[1]

    def source(self) -> From | Aggregation | None:
        """What says where the field is read from."""
        found: From | Aggregation | None = self.either(From, Aggregation)
        return found

    def level(self) -> Depth | Tree | None:
        """What says how far a DTO goes on that holds itself."""
        found: Depth | Tree | None = self.either(Depth, Tree)
        return found

    def selection(self) -> Selection:
        """What says which objects of a to-many relation there are."""
        where, order_by, limit = self.one(Where), self.one(OrderBy), self.one(Limit)
        if not (where or order_by or limit):
            return ALL
        return Selection(
            where.criteria if where else (),
            order_by.criteria if order_by else (),
            limit.count if limit else None,
        )

    def only_for_children(self) -> None:
        """Raise `UnreadableField` where there is what only a to-many relation can follow."""
        self._refuse_any(_OF_CHILDREN, "is no container of a DTO", "list[<DTO>]")

    def only_for_objects(self) -> None:
        """Raise `UnreadableField` where there is what only a relation can follow."""
        self._refuse_any(_OF_OBJECTS, "holds no DTO", "a DTO, or a list of one")

    def _refuse_any(self, kinds: tuple[type[Any], ...], reason: str, instead: str) -> None:
        for mark in self._marks:
            if isinstance(mark, kinds):
                name = type(mark).__name__
                raise self._refuse(
                    f"has {name} and {reason}", f"leave {name} out, or annotate it with {instead}"
                )
