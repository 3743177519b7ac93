"""What a model is marked with: `Filter`, and `ValueFilter`, which takes a value of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import BindParameter, ColumnElement

MARK = "__taskbound_filters__"
"""The attribute of a class that names its filters."""


class Filter:
    """A condition that the rows of a model meet wherever they are read or written.

    ```python
    class Article(Base):
        __taskbound_filters__ = (Filter("published", lambda model: model.published),)
        ...
    ```

    Classes below inherit it, and have no others of their own. A class that marks itself has its own filter
    instead of one of the same name in a mixin.

    name: a Python identifier, by which `unfiltered()` leaves it out.
    condition: makes the SQL of the class, or of an alias of it.
    keeps_rows: True refuses each DELETE, since rows are marked instead of removed.

    Raises `ValueError` where the name is no identifier.
    """

    __slots__ = ("_condition", "keeps_rows", "name")

    name: str
    keeps_rows: bool

    def __init__(
        self,
        name: str,
        condition: Callable[[Any], ColumnElement[bool]],
        *,
        keeps_rows: bool = False,
    ) -> None:
        self.name, self.keeps_rows = _identifier(name), keeps_rows
        self._condition = condition

    def condition(self, model: Any, bound: BindParameter[Any]) -> ColumnElement[bool]:  # noqa: ARG002  # a filter with a value needs it
        """The SQL for a class. `bound` stands for the value of a filter that takes one."""
        return self._condition(model)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class ValueFilter(Filter):
    """The rows whose attribute has the value that the session was given: those of its tenant.

    ```python
    class Invoice(Base):
        __taskbound_filters__ = (ValueFilter("tenant", "tenant_id"),)
        tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)

    async with db.filtered(tenant=7).session() as session: ...
    ```

    Without a value, `PastFilter` is raised for each statement that needs it. A new row gets the value, and
    no row gets another one.

    name: as for `Filter`, and the keyword of `filtered()`.
    attribute: of the model, a column.
    """

    __slots__ = ("attribute",)

    attribute: str

    def __init__(self, name: str, attribute: str) -> None:
        super().__init__(name, lambda model: getattr(model, attribute))
        self.attribute = attribute

    def condition(self, model: Any, bound: BindParameter[Any]) -> ColumnElement[bool]:
        """`attribute = :value`."""
        found: ColumnElement[bool] = getattr(model, self.attribute) == bound
        return found


def filters_of(cls: type[Any]) -> Mapping[str, Filter]:
    """The filters of a class by name: its own, and those of its bases."""
    return {
        found.name: found for base in reversed(cls.__mro__) for found in vars(base).get(MARK, ())
    }


def _identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"a filter is called by an identifier, not {name!r}")
    return name
