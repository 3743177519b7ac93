"""Fields that tell something about all objects of a to-many relation, without reading them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from taskbound.shape.criterion import is_criterion
from taskbound.shape.markers import check_path


class Function(Enum):
    """What is told of the objects."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True, eq=False)
class Aggregation:
    """What `Count`, `Sum`, `Min`, `Max` and `Exists` have in common."""

    path: str
    where: Any = field(default=None, kw_only=True)

    function: ClassVar[Function]
    of_column: ClassVar[bool] = False
    """Whether the path has a column at its end."""

    def __post_init__(self) -> None:
        check_path(self.path)
        name = type(self).__name__
        if self.of_column and "." not in self.path:
            raise ValueError(f'{self.path!r} is no column of a relation: {name}("lines.quantity")')
        if self.where is not None and not is_criterion(self.where):
            raise ValueError(
                f"{name} has where={self.where!r}, which is no SQL expression and no function that "
                "gives one"
            )

    @property
    def relation(self) -> tuple[str, ...]:
        """The names that lead to the relation."""
        steps = tuple(self.path.split("."))
        return steps[:-1] if self.of_column else steps

    @property
    def column(self) -> str | None:
        """The attribute of the objects, None where the path ends at the relation."""
        return self.path.rpartition(".")[2] if self.of_column else None


class Count(Aggregation):
    """How many objects a to-many relation has.

    ```python
    class OrderRead(BaseModel):
        line_count: Annotated[int, Count("lines")]
        large: Annotated[int, Count("lines", where=lambda line: line.quantity > 10)]
    ```

    path: names of relations to one, and of the relation to many at the end, with dots between them.
    where: a function that takes the class of the objects, or an alias of it, and gives the SQL condition
        for those that count; or such a condition itself. None counts all.

    Raises `ValueError` where `path` is no such names or `where` no condition.
    """

    __slots__ = ()
    function = Function.COUNT


class Exists(Aggregation):
    """Whether a to-many relation has any object.

    ```python
    class OrderRead(BaseModel):
        has_large: Annotated[bool, Exists("lines", where=lambda line: line.quantity > 10)]
    ```

    path, where: as in `Count`.

    Raises `ValueError` where `path` is no such names or `where` no condition.
    """

    __slots__ = ()
    function = Function.EXISTS


class Sum(Aggregation):
    """The sum of a column over the objects of a to-many relation, None where there are none.

    ```python
    class OrderRead(BaseModel):
        units: Annotated[int | None, Sum("lines.quantity")]
    ```

    path: names of relations to one, of the relation to many, and of a column of its objects.
    where: as in `Count`.

    Raises `ValueError` where `path` is no such names or `where` no condition.
    """

    __slots__ = ()
    function = Function.SUM
    of_column = True


class Min(Aggregation):
    """The least value of a column over the objects of a to-many relation, None where there are none.

    ```python
    class OrderRead(BaseModel):
        fewest: Annotated[int | None, Min("lines.quantity")]
    ```

    path, where: as in `Sum`.

    Raises `ValueError` where `path` is no such names or `where` no condition.
    """

    __slots__ = ()
    function = Function.MIN
    of_column = True


class Max(Aggregation):
    """The greatest value of a column over the objects of a to-many relation, None where there are none.

    ```python
    class OrderRead(BaseModel):
        most: Annotated[int | None, Max("lines.quantity")]
    ```

    path, where: as in `Sum`.

    Raises `ValueError` where `path` is no such names or `where` no condition.
    """

    __slots__ = ()
    function = Function.MAX
    of_column = True
