"""What the rows of one SELECT come from, and to which of it SQLAlchemy applies criteria."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.orm import QueryableAttribute, context
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.util import extract_first_column_annotation

from taskbound.filters.leaves import (
    Leaves,
    bare,
    entities,
    is_made_join,
    leaves,
    leaves_of,
    leaves_of_start,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Select

# SQLAlchemy 2.0 applies criteria to what is selected, named as a FROM, or joined; 2.1 to conditions, too.
_IN_WHERE = hasattr(getattr(context, "_ORMSelectCompileState", None), "_get_correlated_froms")


class Around(NamedTuple):
    """What is reached in the statements around another one, to which it may refer."""

    next: Leaves = frozenset()
    """In the SELECT that it stands in: referred to where nothing else is said."""
    all: Leaves = frozenset()
    """In every SELECT around it: referred to by `correlate()`."""
    beyond: Leaves = frozenset()
    """The same without that in which it stands: what a FROM of that one can refer to."""


class Froms:
    """What the rows of one SELECT come from: tables and aliases of tables."""

    def __init__(self, select: Select[Any]) -> None:
        self._select = select
        parts = (*select._raw_columns, *select._where_criteria)
        starts = list(_starts(select))
        joins = [start for start in starts if is_made_join(start)]
        self.entities: Leaves = frozenset(
            leaf for part in parts for leaf in leaves_of(entities(part))
        )
        """Of classes in its columns and conditions."""
        self.bare: Leaves = frozenset(leaf for part in (*parts, *starts) for leaf in bare(part))
        """That are named instead of a class."""
        self.joined: Leaves = frozenset(leaf for join in joins for leaf in leaves_of_start(join))
        """Of classes in a join that was made before."""
        full = [_joined(target) for target, _, _, how in _joins(select) if how["full"]]
        self.full: Leaves = frozenset(
            leaf for start in chain(*full) for leaf in leaves_of_start(start)
        )
        """In a FULL JOIN, whose ON leaves no row out."""
        self.fixed: Leaves = self.bare & frozenset(
            leaf for start in starts for leaf in leaves(getattr(start, "selectable", start))
        )
        """Of the bare ones those that are not left to an enclosing SELECT in any case."""
        self.reached: Leaves = self._reached(start for start in starts if not is_made_join(start))
        """Those that criteria are applied to."""

    def _reached(self, starts: Iterable[Any]) -> Leaves:
        select = self._select
        if select._propagate_attrs.get("compile_state_plugin") != "orm":
            # SQLAlchemy takes it for one of tables: the classes are inside of a window, for example.
            return frozenset()
        found = [_first(column) for column in select._raw_columns]
        found += [leaves_of_start(start) for start in starts]
        if _IN_WHERE:
            found += [leaves_of(_on_surface(condition)) for condition in select._where_criteria]
        return frozenset(chain.from_iterable(found))

    def refers_to(self, leaf: Any, around: Around) -> bool:
        """Whether a table of a SELECT around it is meant, and not one of its own."""
        select = self._select
        if select._correlate:
            return leaf in around.all and leaf in _all_leaves(select._correlate)
        if select._correlate_except is not None:
            return leaf in around.all and leaf not in _all_leaves(select._correlate_except)
        return leaf in around.next and bool(select._auto_correlate) and self._has_own(leaf)

    def _has_own(self, leaf: Any) -> bool:
        """Whether there is another FROM: the only one is not left to the enclosing SELECT."""
        select = self._select
        parts = (*select._raw_columns, *select._where_criteria, *select._from_obj)
        found = {each for part in parts for each in part._from_objects}
        return bool(found - {leaf})


def _all_leaves(froms: Iterable[Any]) -> Leaves:
    return frozenset(leaf for each in froms for leaf in leaves(each))


def _starts(select: Select[Any]) -> Iterator[Any]:
    """What is named as the FROM of a SELECT, or joined to it."""
    yield from select._from_obj
    for target, _, left, _ in _joins(select):
        if left is not None:
            yield left
        yield from _joined(target)


def _joins(select: Select[Any]) -> Iterator[Any]:
    # Those that were made before with_only_columns() are kept apart.
    before = (each._setup_joins for each in select._memoized_select_entities)
    return chain(*before, select._setup_joins)


def _joined(target: Any) -> Iterator[Any]:
    """What a join adds to a FROM."""
    if isinstance(target, QueryableAttribute):
        yield from _ends(target)
    else:
        yield target


def _ends(relation: Any) -> Iterator[Any]:
    """What a join along a relationship joins: both entities, and the table between them."""
    yield _From(inspect(relation.parent))
    yield _From(inspect(relation.comparator._of_type or relation.comparator.entity))
    if relation.property.secondary is not None:
        yield relation.property.secondary


class _From:
    """An entity in the place of a FROM."""

    _from_objects = ()

    def __init__(self, entity: Any) -> None:
        self._annotations = {"parententity": entity}
        self.selectable = entity.selectable


def _first(column: Any) -> Iterator[Any]:
    """Of a selected expression, what its criteria are looked up for: the first class in it."""
    find: Any = extract_first_column_annotation
    entity = find(column, "parententity")
    if entity is not None:
        yield from leaves(entity.selectable)


def _on_surface(condition: Any) -> Iterator[Any]:
    """Of a condition, the mappers and aliases for which SQLAlchemy 2.1 looks criteria up."""
    if (entity := condition._annotations.get("parententity")) is not None:
        yield entity
    # Not below what is no column, as the list of an IN.
    for child in condition.get_children() if isinstance(condition, ColumnElement) else ():
        yield from _on_surface(child)
