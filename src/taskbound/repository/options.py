"""What a read of a repository is asked for beside the DTO."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from taskbound.read.page import Total
    from taskbound.statement import Children


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Options:
    """Which rows, in which order, how many: one object for a call.

    ```python
    paid = Options(where=Order.status == "paid", order_by=Order.placed_at.desc())
    orders = await repository.list(OrderRead, paid)
    page = await repository.page(OrderRead, replace(paid, size=20, after=cursor))
    ```

    An option that a method has no use for is refused by a `TypeError`: a `limit` of a page, for example.
    """

    where: ColumnElement[bool] | Sequence[ColumnElement[bool]] = ()
    """A condition, or several that all have to hold."""
    order_by: Any = ()
    """A column or expression, or several; equal rows are ordered by the primary key on pages."""
    limit: int | None = None
    """Of `list`: so many rows at most."""
    size: int | None = None
    """Of `page`: rows of a page, from 1 to 1,000. None takes 50."""
    after: str | None = None
    """Of `page`: the `next` of another page. None begins at the first row."""
    before: str | None = None
    """Of `page`: the `previous` of another page."""
    total: Total = "none"
    """Of `page`: "exact" counts all rows, a number counts no further than to it."""
    for_update: bool | Literal["nowait", "skip_locked"] = False
    """Of `get`, `get_or_none`, `list` and `page`: True locks the rows until the end of the transaction, after
    a wait for who has locked them; "nowait" is an error there instead, "skip_locked" leaves such rows out.
    On SQLite, which has no locks of rows, each takes the write lock of the database."""
    children: Children | None = None
    """As for `session.project`."""
    execution_options: Mapping[str, Any] = field(default_factory=dict)
    """Of the statement, as SQLAlchemy and taskbound have them."""

    def applied(self, statement: Select[Any]) -> Select[Any]:
        """A statement with the conditions, the order, the limit and the execution options."""
        if (conditions := _several(self.where)) != ():
            statement = statement.where(*conditions)
        if (order := _several(self.order_by)) != ():
            statement = statement.order_by(*order)
        if self.limit is not None:
            statement = statement.limit(self.limit)
        if self.for_update:
            _check_lock(self.for_update)
            statement = statement.with_for_update(
                nowait=self.for_update == "nowait", skip_locked=self.for_update == "skip_locked"
            )
        if self.execution_options:
            statement = statement.execution_options(**self.execution_options)
        return statement

    def check(self, method: str, *names: str) -> None:
        """Raise `TypeError` where an option is given that a method has no use for.

        names: the options beside `where`, `children` and `execution_options` that it has a use for.
        """
        for name, empty in _PARTICULAR.items():
            if name not in names and getattr(self, name) is not empty:
                raise TypeError(f"{method}() has no use for the option {name}")


# What an option is that was not given.
_PARTICULAR: dict[str, Any] = {
    "order_by": (),
    "limit": None,
    "for_update": False,
    "size": None,
    "after": None,
    "before": None,
    "total": "none",
}


def _check_lock(given: object) -> None:
    # Or a misspelled one would wait, which nobody has asked for.
    if given not in {True, "nowait", "skip_locked"}:
        raise ValueError(f'for_update is True, "nowait" or "skip_locked", and not {given!r}')


def _several(given: Any) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, list | tuple) else (given,)
