"""Where the rows of a marked class come from in a statement, and that its criteria reach each such place.

SQLAlchemy applies criteria to classes and to their aliases. A table that is named by itself is no class; and
some places of a class it passes by, which are refused here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, CompoundSelect, Delete, Select, Table, Update
from sqlalchemy.orm import FromStatement
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromClause, Lateral
from sqlalchemy.util import LRUCache

from taskbound.errors import PastFilter
from taskbound.filters.froms import Around, Froms
from taskbound.filters.in_options import in_options
from taskbound.filters.leaves import (
    bare,
    entities,
    leaves,
    leaves_in,
    leaves_of,
    leaves_of_start,
    selects_in,
    table_of,
)
from taskbound.filters.marked import MARKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Mapper

    from taskbound.filters.chosen import Filters

    Tables = Mapping[Table, tuple[str, Mapper[Any]]]


def marked_tables(filters: Filters) -> Tables:
    """The tables that filters hold for which are not left out, each with one of these and its class."""
    return _marked_tables(filters.off, MARKED.version)


@lru_cache(maxsize=64)
def _marked_tables(off: frozenset[str], _version: int) -> Tables:
    found: dict[Table, tuple[str, Mapper[Any]]] = {}
    for table, names in MARKED.tables().items():
        for name, mapper in names.items():
            if name not in off:
                found.setdefault(table, (name, mapper))
    return found


def has_marked(statement: Any, filters: Filters) -> bool:
    """Whether rows of a marked class are read or written anywhere in a statement."""
    tables = marked_tables(filters)
    return bool(tables) and any(table in tables for table in _tables_in(statement))


def check_reached(statement: Any, filters: Filters) -> None:
    """Raise `PastFilter` where rows of a marked class come from a place that its criteria do not reach."""
    if not (tables := marked_tables(filters)):
        return
    # A walk takes as long as a short query; SQLAlchemy keeps what it has compiled by this key, too.
    key = statement._generate_cache_key()
    known = None if key is None else (filters.off, MARKED.version, key.key)
    if known is None or known not in _REACHED:
        looking = _Looking(tables, statement)
        looking.look(statement, Around())
        looking.look_at_options()
        if known is not None:
            _REACHED[known] = True


# Statements of which every place was found to be reached.
_REACHED: LRUCache[Any, bool] = LRUCache(500)


def check_value(sql: Any, table: Any, filters: Filters) -> None:
    """Raise `PastFilter` where what a column of a table is set to reads rows of a marked class.

    That is for statements by key and for a flush, to which SQLAlchemy applies no criteria.
    """
    if tables := marked_tables(filters):
        element = sql.__clause_element__() if hasattr(sql, "__clause_element__") else sql
        _Looking(tables, None).look_at_value(element, table)


class _Looking:
    """One walk over a statement."""

    def __init__(self, tables: Tables, whole: Any) -> None:
        self._tables, self._whole = tables, whole

    def look(self, element: Any, around: Around) -> None:
        """Look at an element and at all below it."""
        if isinstance(element, Table):
            return
        if isinstance(element, AliasedReturnsRows) and not isinstance(element, Lateral):
            around = Around(all=around.beyond, beyond=around.beyond)
        elif isinstance(element, Select):
            around = self._select(element, around)
        elif isinstance(element, UpdateBase):
            around = self._change(element)
        elif isinstance(element, FromStatement):
            self._from_statement(element)
            self.look(element.element, around)
        for child in element.get_children():
            self.look(child, around)

    def look_at_options(self) -> None:
        """Look at the SQL in what is said about loading."""
        statement = self._whole
        reached = Froms(statement).reached if isinstance(statement, Select) else frozenset()
        for found in in_options(statement):
            around = reached | frozenset(leaves_of(found.entities))
            if found.place == "between":
                self._refuse(found.sql, *_BETWEEN)
            elif found.place == "selected":
                # SQLAlchemy takes off whatever says that it is of a class.
                for leaf in frozenset(leaves_in(found.sql)) - reached:
                    self._refuse(leaf, *_SELECTED)
            self.look(found.sql, Around(around, around))

    def look_at_value(self, sql: Any, table: Any) -> None:
        """Look at what a column of a table is set to, in a statement that has no criteria."""
        surface = frozenset((*leaves_of(entities(sql)), *bare(sql)))
        within = (leaf for select in selects_in(sql) for leaf in leaves_in(select))
        for leaf in (*(surface - {table}), *within):
            self._refuse(leaf, *_VALUE)

    def _select(self, select: Select[Any], around: Around) -> Around:
        found = Froms(select)
        for leaf in found.joined - found.reached:
            self._refuse(leaf, *_JOINED)
        for leaf in found.full:
            self._refuse(leaf, *_FULL)
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
        return Around(found.reached, around.all | found.reached, around.all)

    def _computed(self, column: Any) -> None:
        """Look at what is selected with an entity: columns that are SQL, and what is always joined."""
        if isinstance(column, FromClause) and (entity := column._annotations.get("parententity")):
            own = frozenset(leaves(entity.mapper.selectable))
            for expression in _computed_columns(entity.mapper):
                self.look(expression, Around(own, own))
            for table in _between(entity.mapper, ()):
                self._refuse(table, *_BETWEEN)

    def _change(self, statement: Any) -> Around:
        if statement is not self._whole:
            for leaf in leaves(statement.table):
                self._refuse(leaf, *_WITHIN)
        if not isinstance(statement, Update | Delete):
            return Around()
        target = frozenset(leaves_of_start(statement.table))
        if not target:
            self._refuse(statement.table, *_PLAIN)
        for part in (*statement._where_criteria, *_values(statement)):
            for leaf in (*leaves_of(entities(part)), *bare(part)):
                if leaf not in target:
                    self._refuse(leaf, *_BESIDE)
        return Around(target, target)

    def _from_statement(self, statement: Any) -> None:
        if not isinstance(statement.element, Select | CompoundSelect):
            for column in statement._raw_columns:
                for leaf in leaves_of(entities(column)):
                    self._refuse(leaf, *_OTHER_SQL)

    def _refuse(self, leaf: Any, where: str, cure: str) -> None:
        table = table_of(leaf)
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
_FULL = ("in a FULL JOIN", "join a subquery of the class")
_EXPRESSION = ("inside an expression", "name the class in select_from() or join()")
_BESIDE = ("beside the table that is changed", "ask for it in a subquery: exists() or in_()")
_SELECTED = ("in with_expression()", "select it as a column")
_BETWEEN = ("as the secondary= of a relationship", "load by way of the class of that table")
_VALUE = ("in SQL that a column is set to", "read it first, or update the rows with where=")
_WITHIN = ("where a statement within another one writes", "send each by itself")
_OTHER_SQL = ("in other SQL than a select()", "write it as a select()")


def _values(statement: Any) -> Iterator[Any]:
    """The SQL that an UPDATE sets columns to."""
    # SQLAlchemy 2.0 has what ordered_values() was given in a place of its own.
    ordered = getattr(statement, "_ordered_values", None) or ()
    given = () if isinstance(statement, Delete) else (*(statement._values or {}).items(), *ordered)
    return (value for _, value in given if isinstance(value, ClauseElement))


@lru_cache(maxsize=1024)
def _computed_columns(mapper: Mapper[Any]) -> tuple[Any, ...]:
    columns = (attribute.columns[0] for attribute in mapper.column_attrs)
    return tuple(column for column in columns if not isinstance(column, Column))


def _between(mapper: Mapper[Any], above: tuple[Mapper[Any], ...]) -> Iterator[Any]:
    """The tables between the class and others that each SELECT of it joins."""
    for relation in mapper.relationships:
        if relation.lazy in {"joined", False} and mapper not in above:
            if relation.secondary is not None:
                yield relation.secondary
            yield from _between(relation.mapper, (*above, mapper))


def _tables_in(element: Any) -> Iterator[Table]:
    """The tables of these, those in the options of a statement among them."""
    parts = (element, *(found.sql for found in in_options(element)))
    for leaf in (leaf for part in parts for leaf in leaves_in(part)):
        if (table := table_of(leaf)) is not None:
            yield table
