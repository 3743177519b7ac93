"""The types that a DTO is read through, and how far those that hold themselves may go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias, get_origin

from taskbound.errors import RecursiveShape, UnreadableField
from taskbound.shape.levels import Depth, Tree
from taskbound.shape.spelling import spelled

# A generic DTO that holds itself with other arguments each time never comes back to the same type.
_DEEPEST = 50
# Two fields that hold the same DTO with a depth of 20 each would lead to billions.
_MOST = 1_000

Level: TypeAlias = Depth | Tree | None
_Place: TypeAlias = tuple[Any, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A field on the way."""

    dto: Any
    field: str
    level: Level


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The fields that lead from the outermost DTO to the one that is read."""

    steps: tuple[Step, ...] = ()
    left: Mapping[_Place, int] = field(default_factory=dict)
    """How many more levels each field with `Depth` or `Tree` has."""
    returned: set[_Place] = field(default_factory=set)
    """The fields that were met again below themselves."""
    shapes: Iterator[int] = field(default_factory=lambda: count(1))
    """Counts what has been read."""

    def enter(self, dto: Any) -> None:
        """Raise `RecursiveShape` where `dto` has come back by fields of which none ends.

        Raises `UnreadableField` where there are too many objects inside each other.
        """
        if next(self.shapes) > _MOST:
            raise UnreadableField(
                dto=spelled(self.steps[-1].dto),
                field=self.steps[-1].field,
                reason=f"leads to more than {_MOST:,} objects inside each other",
                cure="lower its Depth, or have a type that goes on in one field only",
            )
        around = self._around(dto)
        if around and all(step.level is None for step in around):
            path = tuple(spelled(step.dto) for step in around)
            raise RecursiveShape(dto=spelled(dto), path=path, field=around[-1].field)

    def below(self, dto: Any, name: str, level: Level) -> Way | None:
        """The way through a field, None where the field has no level left."""
        step = Step(dto, name, level)
        if level is None:
            return Way((*self.steps, step), self.left, self.returned, self.shapes)
        place = (get_origin(dto) or dto, name)
        left = self.left.get(place)
        if left is not None:
            self.returned.add(place)
        elif isinstance(level, Depth):
            left = level.levels
        if left == 0:
            return None
        more = {**self.left, place: (left or 1) - 1}
        return Way((*self.steps, step), more, self.returned, self.shapes)

    def came_back(self, dto: Any, name: str) -> bool:
        """Whether the field was met again below itself."""
        return (get_origin(dto) or dto, name) in self.returned

    @property
    def in_tree(self) -> bool:
        """Whether one of the fields is a `Tree`."""
        return any(isinstance(step.level, Tree) for step in self.steps)

    def _around(self, dto: Any) -> tuple[Step, ...]:
        """The steps from the last time of `dto` on, or the first two where there are too many."""
        for number in range(len(self.steps) - 1, -1, -1):
            if self.steps[number].dto == dto:
                return self.steps[number:]
        endless = sum(step.level is None for step in self.steps) >= _DEEPEST
        return self.steps[:2] if endless else ()
