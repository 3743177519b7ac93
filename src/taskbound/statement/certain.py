"""Whether a value in the database is sure to be of the type that SQLAlchemy has for its expression."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Boolean,
    Case,
    Cast,
    Column,
    Float,
    Integer,
    Label,
    Numeric,
    ScalarSelect,
    String,
)
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList, Grouping, UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import Exists

_ARITHMETIC = {operators.add, operators.sub, operators.mul}
# Functions whose result is of the type of their arguments, as SQLAlchemy has it too.
_OF_THEIR_ARGUMENTS = {"coalesce", "concat", "lower", "max", "min", "sum", "trim", "upper"}


def is_certain(found: Any) -> bool:  # noqa: PLR0911  # a table
    """Whether columns, casts, and what is known to keep their types, are all that there is."""
    match found:
        case Column() | Cast() | BindParameter() | Exists():
            return True
        case Label() | Grouping():
            return is_certain(found.element)
        case ScalarSelect():
            return all(is_certain(column) for column in found.element.selected_columns)
        case Case():
            results = [result for _, result in found.whens]
            return all(map(is_certain, results if found.else_ is None else [*results, found.else_]))
        case FunctionElement():
            return _is_certain_function(found)
        case BooleanClauseList():
            return True
        case UnaryExpression() | BinaryExpression():
            return _is_certain_operation(found)
        case _:
            return False


def has_select(found: Any) -> bool:
    """Whether there is a subquery, which is better not written twice."""
    return any(isinstance(part, ScalarSelect | Exists) for part in visitors.iterate(found))


def _is_certain_function(found: Any) -> bool:
    if found.name == "count":
        return True
    return found.name in _OF_THEIR_ARGUMENTS and all(map(is_certain, found.clauses))


def _is_certain_operation(found: Any) -> bool:
    if isinstance(found.type, Boolean):
        return True
    if isinstance(found, UnaryExpression):
        return False
    sides = is_certain(found.left) and is_certain(found.right)
    if found.operator is operators.concat_op:
        return sides and isinstance(found.type, String)
    return sides and found.operator in _ARITHMETIC and _are_exact(found)


def _are_exact(found: Any) -> bool:
    """Whether both sides are whole or decimal numbers, and so the result."""
    kinds = [side.type for side in (found, found.left, found.right)]
    if isinstance(found.type, Integer):
        return all(isinstance(kind, Integer) for kind in kinds)
    return all(
        isinstance(kind, Integer | Numeric) and not isinstance(kind, Float) for kind in kinds
    )
