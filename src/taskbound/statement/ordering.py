"""The order of a statement's rows, completed so that no two rows are equal in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ARRAY, JSON, BindParameter, Column, Label, Over, SelectBase, UnaryExpression
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    ClauseList,
    Grouping,
    TextClause,
    _label_reference,
    _textual_label_reference,
)
from sqlalchemy.sql.functions import FunctionElement

from taskbound.errors import UnfitPage
from taskbound.statement.values import undecorated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Dialect, Select

_DIRECTIONS = {operators.asc_op: False, operators.desc_op: True}
_PLACEMENTS = {operators.nulls_first_op: True, operators.nulls_last_op: False}
# To these dialects NULL comes after every value; to the others it comes before.
_NULL_IS_LARGEST = frozenset(("oracle", "postgresql"))
_HAS_NULLS_FIRST = frozenset(("oracle", "postgresql", "sqlite"))
# Of two calls for the same row, these return two values.
_UNSTABLE = frozenset(("gen_random_uuid", "rand", "random", "uuid", "uuid_generate_v4"))
# Whose result is NULL for NULL alone.
_STRICT = frozenset(("lower", "upper"))
# Characters of an expression in a message.
_SHOWN = 60

_Criterion: TypeAlias = "tuple[ColumnElement[Any], bool | None, bool | None]"
"""An expression, whether it descends, and whether NULLs come first; None where that is not said."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """One criterion of an ordering."""

    expression: ColumnElement[Any]
    descending: bool
    nulls_first: bool
    nullable: bool
    """False only where it is certain: the column of a joined table may be NULL whatever it says."""


def ordering(
    statement: Select[Any], primary_key: Iterable[Any], dialect: Dialect
) -> tuple[Ordered, ...]:
    """What a statement's rows are ordered by, with the primary key at the end to tell equals apart.

    primary_key: attributes or columns of the entity that the statement selects. Those that it is not
        ordered by follow, in the direction of the last criterion. With no ORDER BY they are all.

    Raises `UnfitPage` where the ordering is text, is not the same for a row each time, or holds what no
    cursor carries; and where the statement cuts or joins its rows by itself: LIMIT, OFFSET, GROUP BY,
    DISTINCT ON.
    """
    _refuse_cut(statement)
    key = [_clause(column) for column in primary_key]
    largest = dialect.name in _NULL_IS_LARGEST
    found: list[Ordered] = []
    for expression, descending, nulls_first in criteria_of(statement._order_by_clauses):
        if not _is_among(expression, found):
            _refuse_unfit(expression, dialect)
            default = largest == bool(descending)
            first = default if nulls_first is None else nulls_first
            nullable = _may_be_null(expression, key)
            found.append(Ordered(expression, bool(descending), first, nullable))
    return (*found, *_tie_breakers(key, found))


def reverse(ordered: Sequence[Ordered]) -> tuple[Ordered, ...]:
    """The same rows from the last to the first."""
    return tuple(
        replace(one, descending=not one.descending, nulls_first=not one.nulls_first)
        for one in ordered
    )


def order_by(ordered: Sequence[Ordered], dialect: Dialect) -> tuple[ColumnElement[Any], ...]:
    """The criteria of an ORDER BY: `statement.order_by(None).order_by(*order_by(...))`.

    MySQL and MariaDB know no NULLS FIRST. There `expression IS NULL` comes before the expression where
    its NULLs are not to be where the database has them by itself.
    """
    return tuple(criterion for one in ordered for criterion in _written(one, dialect))


def _written(one: Ordered, dialect: Dialect) -> Iterator[ColumnElement[Any]]:
    direction = one.expression.desc() if one.descending else one.expression.asc()
    by_itself = (dialect.name in _NULL_IS_LARGEST) == one.descending
    if not one.nullable or one.nulls_first == by_itself:
        yield direction
    elif dialect.name in _HAS_NULLS_FIRST:
        yield direction.nulls_first() if one.nulls_first else direction.nulls_last()
    else:
        absent = one.expression.is_(None)
        yield from (absent.desc() if one.nulls_first else absent.asc(), direction)


def criteria_of(
    clauses: Iterable[Any], descending: bool | None = None, nulls_first: bool | None = None
) -> Iterator[_Criterion]:
    """Each ORDER BY clause without its DESC, NULLS LAST and label, and those of a composite one by one."""
    for clause in clauses:
        if isinstance(clause, UnaryExpression) and clause.modifier in _DIRECTIONS:
            yield from criteria_of([clause.element], _DIRECTIONS[clause.modifier], nulls_first)
        elif isinstance(clause, UnaryExpression) and clause.modifier in _PLACEMENTS:
            yield from criteria_of([clause.element], descending, _PLACEMENTS[clause.modifier])
        elif isinstance(clause, _label_reference | Label | Grouping):
            yield from criteria_of([clause.element], descending, nulls_first)
        elif isinstance(clause, ClauseList):
            yield from criteria_of(clause.clauses, descending, nulls_first)
        else:
            yield clause, descending, nulls_first


def _tie_breakers(key: list[ColumnElement[Any]], found: list[Ordered]) -> Iterator[Ordered]:
    descending = found[-1].descending if found else False
    for column in key:
        if not _is_among(column, found):
            yield Ordered(column, descending, nulls_first=not descending, nullable=False)


def _is_among(expression: Any, found: list[Ordered]) -> bool:
    return any(one.expression.compare(expression) for one in found)


def _may_be_null(expression: Any, key: list[ColumnElement[Any]]) -> bool:
    """Whether it is not certain that an expression has a value in every row."""
    if isinstance(expression, Column):
        # Of another table there may be no row, by an outer join.
        own = expression.table in {getattr(column, "table", None) for column in key}
        return not own or bool(expression.nullable)
    if isinstance(expression, BindParameter):
        return expression.value is None
    if not isinstance(expression, FunctionElement):
        return True
    absent = [_may_be_null(argument, key) for argument in expression.clauses]
    name = _name(expression)
    return not (name == "coalesce" and not all(absent)) and not (
        name in _STRICT and not any(absent)
    )


def _refuse_cut(statement: Select[Any]) -> None:
    cuts = {
        "limit()": statement._limit_clause,
        "fetch()": statement._fetch_clause,
        "offset()": statement._offset_clause,
        "group_by()": statement._group_by_clauses or None,
        "DISTINCT ON": statement._distinct_on or _extension(statement),
    }
    for name, clause in cuts.items():
        if clause is not None:
            raise UnfitPage(
                reason=f"page() was asked of a statement with {name}, which counts for all pages together",
                cure="leave it out, or put the statement into a subquery and select from that",
            )


def _extension(statement: Select[Any]) -> Any:
    # What SQLAlchemy 2.1 has for PostgreSQL's DISTINCT ON.
    return getattr(statement, "_pre_columns_clause", None)


def _refuse_unfit(expression: Any, dialect: Dialect) -> None:
    if isinstance(expression, _textual_label_reference):
        raise _unfit(repr(expression.element), "is text, not an expression")
    written = " ".join(str(expression).split())
    if isinstance(expression, TextClause) or getattr(expression, "is_literal", False):
        raise _unfit(written, "is text, not an expression")
    for part in _parts(expression):
        if isinstance(part, FunctionElement) and _name(part) in _UNSTABLE:
            raise _unfit(written, "is another value each time")
        if isinstance(part, Over):
            raise _unfit(written, "depends on the other rows of the same statement")
    if isinstance(undecorated(expression.type, dialect), ARRAY | JSON):
        raise _unfit(written, "holds what no cursor carries")


def _unfit(written: str, reason: str) -> UnfitPage:
    shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}..."
    return UnfitPage(
        reason=f"page() cannot go by order_by({shown}), which {reason}",
        cure="order by an attribute of the model, or ask for page_at()",
    )


def _parts(expression: Any) -> Iterator[Any]:
    """An expression and all in it, but for what is in a subquery."""
    yield expression
    if not isinstance(expression, SelectBase):
        for child in expression.get_children():
            yield from _parts(child)


def _name(function: FunctionElement[Any]) -> str:
    return str(getattr(function, "name", "")).lower()


def _clause(column: Any) -> ColumnElement[Any]:
    clause: ColumnElement[Any] = (
        column.__clause_element__() if hasattr(column, "__clause_element__") else column
    )
    return clause
