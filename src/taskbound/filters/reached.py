"""Where the rows of a marked class come from in a statement, and that its criteria reach each such place.

SQLAlchemy applies criteria to classes and to their aliases. A table that is named by itself is no class; and
some places of a class it passes by, which are refused here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import sqlalchemy
from sqlalchemy import Column, CompoundSelect, Delete, Join, Select, Table, Update, inspect
from sqlalchemy.orm import FromStatement, QueryableAttribute
from sqlalchemy.orm.util import _ORMJoin
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import (
    AliasedReturnsRows,
    FromClause,
    FromGrouping,
    Lateral,
    SelectBase,
)

from taskbound.errors import PastFilter
from taskbound.filters.marked import MARKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Mapper

    from taskbound.filters.chosen import Filters

    Tables = Mapping[Table, tuple[str, Mapper[Any]]]

# Tables, and aliases of tables.
Leaves: TypeAlias = frozenset[Any]
# SQLAlchemy 2.0 applies criteria to what is selected, named as a FROM, or joined.
_IN_WHERE = not sqlalchemy.__version__.startswith("2.0.")


def marked_tables(filters: Filters) -> Tables:
    """The tables that filters hold for which are not left out, each with one of these and its class."""
    found: dict[Table, tuple[str, Mapper[Any]]] = {}
    for table, names in MARKED.tables().items():
        for name, mapper in names.items():
            if name not in filters.off:
                found.setdefault(table, (name, mapper))
    return found


def has_marked(statement: Any, filters: Filters) -> bool:
    """Whether rows of a marked class are read or written anywhere in a statement."""
    tables = marked_tables(filters)
    return bool(tables) and any(table in tables for table in _tables_in(statement))


def check_reached(statement: Any, filters: Filters) -> None:
    """Raise `PastFilter` where rows of a marked class come from a place that its criteria do not reach."""
    tables = marked_tables(filters)
    if tables:
        _Looking(tables).look(statement, _Around())


class _Around(NamedTuple):
    """What is reached in the statements around another one, to which it may refer."""

    next: Leaves = frozenset()
    """In the SELECT that it stands in: referred to where nothing else is said."""
    all: Leaves = frozenset()
    """In every SELECT around it: referred to by `correlate()`."""
    beyond: Leaves = frozenset()
    """The same without that in which it stands: what a FROM of that one can refer to."""


class _Looking:
    """One walk over a statement."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def look(self, element: Any, around: _Around) -> None:
        """Look at an element and at all below it."""
        if isinstance(element, Table):
            return
        if isinstance(element, AliasedReturnsRows) and not isinstance(element, Lateral):
            around = _Around(all=around.beyond, beyond=around.beyond)
        elif isinstance(element, Select):
            around = self._select(element, around)
        elif isinstance(element, Update | Delete):
            around = self._change(element)
        elif isinstance(element, FromStatement):
            self._from_statement(element)
            self.look(element.element, around)
        for child in element.get_children():
            self.look(child, around)

    def _select(self, select: Select[Any], around: _Around) -> _Around:
        found = _Froms(select)
        for leaf in found.joined - found.reached:
            self._refuse(leaf, *_JOINED)
        for leaf in found.fixed - found.reached:
            self._refuse(leaf, *_PLAIN)
        for leaf in found.entities - found.reached:
            if not found.refers_to(leaf, around):
                self._refuse(leaf, *_EXPRESSION)
        for leaf in found.bare - found.reached:
            if not found.refers_to(leaf, around):
                self._refuse(leaf, *_PLAIN)
        for column in select._raw_columns:
            self._computed(column)
        return _Around(found.reached, around.all | found.reached, around.all)

    def _computed(self, column: Any) -> None:
        """Look at what a class has for columns that is SQL: with an entity it is selected, too."""
        if isinstance(column, FromClause) and (entity := column._annotations.get("parententity")):
            own = frozenset(_leaves(entity.mapper.selectable))
            for expression in _computed_columns(entity.mapper):
                self.look(expression, _Around(own, own))

    def _change(self, statement: Any) -> _Around:
        target = frozenset(_leaves_of_start(statement.table))
        if not target:
            self._refuse(statement.table, *_PLAIN)
        for condition in statement._where_criteria:
            for leaf in (*_leaves_of(_entities(condition)), *_bare(condition)):
                if leaf not in target:
                    self._refuse(leaf, *_BESIDE)
        return _Around(target, target)

    def _from_statement(self, statement: Any) -> None:
        if not isinstance(statement.element, Select | CompoundSelect):
            for column in statement._raw_columns:
                for leaf in _leaves_of(_entities(column)):
                    self._refuse(leaf, *_OTHER_SQL)

    def _refuse(self, leaf: Any, where: str, cure: str) -> None:
        table = _table_of(leaf)
        if table is None or (found := self._tables.get(table)) is None:
            return
        name, mapper = found
        raise PastFilter(
            filter=name,
            model=mapper.class_.__name__,
            reason=f"does not reach {table.description} {where}",
            cure=f'{cure}, or leave the filter out by unfiltered("{name}")',
        )


_PLAIN = ("where the table is named instead of the class", "name the class")
_JOINED = ("in a join that is given to select_from()", "join it with Select.join()")
_EXPRESSION = ("inside an expression", "name the class in select_from() or join()")
_BESIDE = ("beside the table that is changed", "ask for it in a subquery: exists() or in_()")
_OTHER_SQL = ("in other SQL than a select()", "write it as a select()")


class _Froms:
    """What the rows of one SELECT come from: tables and aliases of tables."""

    def __init__(self, select: Select[Any]) -> None:
        self._select = select
        parts = (*select._raw_columns, *select._where_criteria)
        starts = list(_starts(select))
        joins = [start for start in starts if _is_made_join(start)]
        self.entities = frozenset(leaf for part in parts for leaf in _leaves_of(_entities(part)))
        """Of classes in its columns and conditions."""
        self.bare = frozenset(leaf for part in (*parts, *starts) for leaf in _bare(part))
        """That are named instead of a class."""
        self.joined = frozenset(leaf for join in joins for leaf in _leaves_of_start(join))
        """Of classes in a join that was made before."""
        self.fixed = self.bare & frozenset(leaf for start in starts for leaf in _leaves(start))
        """Of the bare ones those that are not left to an enclosing SELECT in any case."""
        self.reached = self._reached(start for start in starts if not _is_made_join(start))
        """Those that criteria are applied to."""

    def _reached(self, starts: Iterable[Any]) -> Leaves:
        select = self._select
        found = [_first(column) for column in select._raw_columns]
        found += [_leaves_of_start(start) for start in starts]
        if _IN_WHERE:
            found += [_leaves_of(_entities(condition)) for condition in select._where_criteria]
        return frozenset(leaf for leaves in found for leaf in leaves)

    def refers_to(self, leaf: Any, around: _Around) -> bool:
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
    return frozenset(leaf for each in froms for leaf in _leaves(each))


def _starts(select: Select[Any]) -> Iterator[Any]:
    """What is named as the FROM of a SELECT, or joined to it."""
    yield from select._from_obj
    for target, _, left, _ in select._setup_joins:
        if left is not None:
            yield left
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
    for entity in _entities(column):
        yield from _leaves(entity.selectable)
        return


def _entities(element: Any) -> Iterator[Any]:
    """The mappers and aliases whose columns are in an expression, without those of subqueries."""
    found = getattr(element, "_annotations", {}).get("parententity")
    if found is not None:
        yield found
        return
    if isinstance(element, SelectBase | Table):
        return
    for child in element.get_children():
        yield from _entities(child)


@lru_cache(maxsize=1024)
def _computed_columns(mapper: Mapper[Any]) -> tuple[Any, ...]:
    columns = (attribute.columns[0] for attribute in mapper.column_attrs)
    return tuple(column for column in columns if not isinstance(column, Column))


def _leaves_of(entities: Iterable[Any]) -> Iterator[Any]:
    for entity in entities:
        yield from _leaves(entity.selectable)


def _leaves_of_start(start: Any) -> Iterator[Any]:
    """The tables of a class, or those in a join of classes; none of a table that is named by itself."""
    if _is_made_join(start):
        yield from _leaves_of_start(start.left)
        yield from _leaves_of_start(start.right)
    else:
        yield from _leaves_of(_entities(start))


def _is_made_join(start: Any) -> bool:
    """Whether it is a join of the user's, and not that of a class in several tables."""
    is_of_class = "parententity" in start._annotations and not isinstance(start, _ORMJoin)
    return isinstance(start, Join) and not is_of_class


def _bare(element: Any) -> Iterator[Any]:
    """The tables that an element stands on and that come from no class."""
    for found in getattr(element, "_from_objects", ()):
        if "parententity" not in found._annotations and not isinstance(found, Join):
            yield from _leaves(found)


def _leaves(selectable: Any) -> Iterator[Any]:
    """The tables of a FROM, and the aliases of tables."""
    if isinstance(selectable, _From):
        yield from _leaves(selectable.selectable)
    elif isinstance(selectable, Join):
        yield from _leaves(selectable.left)
        yield from _leaves(selectable.right)
    elif isinstance(selectable, FromGrouping):
        yield from _leaves(selectable.element)
    elif _table_of(selectable) is not None:
        yield selectable


def _table_of(leaf: Any) -> Table | None:
    while isinstance(leaf, AliasedReturnsRows):
        leaf = leaf.element
    return leaf if isinstance(leaf, Table) else None


def _tables_in(element: Any) -> Iterator[Table]:
    """Every table that an element, or anything below it, stands on."""
    for found in getattr(element, "_from_objects", ()):
        yield from (table for leaf in _leaves(found) if (table := _table_of(leaf)) is not None)
    if isinstance(element, UpdateBase):
        yield from _tables_in(element.table)
    if isinstance(element, Table):
        yield element
        return
    for child in element.get_children():
        yield from _tables_in(child)
