"""`projection()`: a DTO and a statement, checked once, with parameters that come later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import select

from taskbound.errors import UnfitParameters
from taskbound.read.asked import Prepared
from taskbound.read.parameters import check_children
from taskbound.shape import spelled

if TYPE_CHECKING:
    from sqlalchemy import Select

    from taskbound.statement import Children

T = TypeVar("T")


class Projection(Generic[T]):
    """A read that is prepared: made by `projection()`, used by `session.project(prepared, ...)`."""

    __slots__ = ("_plan", "prepared")

    def __init__(self, prepared: Prepared) -> None:
        _, self._plan = prepared.planned()
        self.prepared: Prepared = prepared

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that it takes."""
        return tuple(self.prepared.parameters)

    def explain(self) -> str:
        """The plan as a tree of text: each field, and the column, join or children that fill it."""
        return self._plan.explain()

    def __repr__(self) -> str:
        return f"<projection of {self._plan.shape.name} from {self._plan.mapper.class_.__name__}>"


def projection(
    dto: type[T], statement: Select[Any] | type[Any], *, children: Children | None = None
) -> Projection[T]:
    """A read that is prepared once, at import, and used many times.

    ```python
    order_by_id = projection(OrderRead, select(Order).where(Order.id == bindparam("id")))

    order = await session.project(order_by_id, id=5).one()
    ```

    It saves the time that SQLAlchemy needs to build a statement and to find it again, and it is
    checked here: nothing about the DTO is left for the first request to find.

    dto: as for `session.project`.
    statement: a `select()` of one mapped class, or the class. `bindparam("name")` stands for a value
        that comes later.
    children: "inline" or "batch" as for `session.project`.

    Raises what `verify` raises, `UnfitStatement` where the statement selects anything but one mapped
    class, and `UnfitParameters` where `children` is neither, or is the name of a parameter.
    """
    check_children(dto, children)
    whole = select(statement) if isinstance(statement, type) else statement
    found = Projection[T](Prepared(dto, whole, children))
    if "children" in found.parameters:
        raise UnfitParameters(
            dto=spelled(dto),
            reason="has a parameter children, which is how children are read",
            cure="give the bindparam() another name",
        )
    return found
