"""The tables that an element of SQL stands on: those of classes, and those that are named by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Join, Table
from sqlalchemy.orm.util import _ORMJoin
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromGrouping, SelectBase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Tables, and aliases of tables.
Leaves: TypeAlias = frozenset[Any]


def entities(element: Any) -> Iterator[Any]:
    """The mappers and aliases whose columns are in an expression, without those of subqueries."""
    found = getattr(element, "_annotations", {}).get("parententity")
    if found is not None:
        yield found
        return
    if isinstance(element, SelectBase | Table):
        return
    for child in element.get_children():
        yield from entities(child)


def leaves_of(found: Iterable[Any]) -> Iterator[Any]:
    """The tables of mappers and aliases, or the aliases of tables."""
    for entity in found:
        yield from leaves(entity.selectable)


def leaves_of_start(start: Any) -> Iterator[Any]:
    """The tables of a class, or those in a join of classes; none of a table that is named by itself."""
    if is_made_join(start):
        yield from leaves_of_start(start.left)
        yield from leaves_of_start(start.right)
    else:
        yield from leaves_of(entities(start))


def is_made_join(start: Any) -> bool:
    """Whether it is a join of the user's, and not that of a class in several tables."""
    is_of_class = "parententity" in start._annotations and not isinstance(start, _ORMJoin)
    return isinstance(start, Join) and not is_of_class


def bare(element: Any) -> Iterator[Any]:
    """The tables that an element stands on and that come from no class."""
    for found in getattr(element, "_from_objects", ()):
        if "parententity" not in found._annotations and not isinstance(found, Join):
            yield from leaves(found)


def leaves(selectable: Any) -> Iterator[Any]:
    """The tables of a FROM, and the aliases of tables."""
    if isinstance(selectable, Join):
        yield from leaves(selectable.left)
        yield from leaves(selectable.right)
    elif isinstance(selectable, FromGrouping):
        yield from leaves(selectable.element)
    elif table_of(selectable) is not None:
        yield selectable


def table_of(leaf: Any) -> Table | None:
    """The table itself; None where it is a subquery."""
    while isinstance(leaf, AliasedReturnsRows):
        leaf = leaf.element
    return leaf if isinstance(leaf, Table) else None


def leaves_in(element: Any) -> Iterator[Any]:
    """Every table, and every alias of one, that an element or anything below it stands on."""
    for found in getattr(element, "_from_objects", ()):
        yield from leaves(found)
    if isinstance(element, UpdateBase):
        yield from leaves_in(element.table)
    if isinstance(element, Table):
        yield element
        return
    for child in element.get_children():
        yield from leaves_in(child)


def selects_in(element: Any) -> Iterator[Any]:
    """The outermost subqueries of an expression."""
    if isinstance(element, SelectBase):
        yield element
        return
    for child in element.get_children():
        yield from selects_in(child)
